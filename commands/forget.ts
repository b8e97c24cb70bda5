import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../src/discord/confirmation.ts';
import { answerPrivately, type ComponentInteraction } from '../src/discord/reply.ts';
import type { Holdings } from '../src/queue/retention.ts';
import { counted } from '../src/wording.ts';

const definition = {
  ...ANYWHERE,
  name: 'forget',
  description: 'Delete your riffs, prompts, files and presets from this bot; asks before it does',
} satisfies CommandDefinition;

export const forget: Command = { definition, run, components: { forget: forgetConfirmed } };

export const NOTHING_TO_FORGET = 'I keep no riffs and no presets of yours.';

/** Asks for confirmation, because deletion cannot be undone. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const holdings = await bot.retention.holdingsOf(interaction.user.id);
  if (isNothing(holdings)) return answerPrivately(interaction, NOTHING_TO_FORGET);
  const kept = keptText(holdings);
  const text = `Delete ${kept} of yours, with prompts, options and ${counted(holdings.files, 'file')}? Waiting and running riffs are cancelled, and the buttons under your riffs stop working. This cannot be undone.`;
  const question = { action: 'forget', text, label: `Delete ${kept}`, locale: interaction.locale } as const;
  await answerPrivately(interaction, confirmation(question, bot.clock.now()));
}

function isNothing({ jobs, presets }: Holdings): boolean {
  return jobs === 0 && presets === 0;
}

/** `3 riffs and 1 preset`. */
function keptText({ jobs, presets }: Holdings): string {
  const parts = [jobs > 0 && counted(jobs, 'riff'), presets > 0 && counted(presets, 'preset')];
  return parts.filter((part) => part !== false).join(' and ');
}

async function forgetConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  requireFresh(interaction, askedAt, 'forget', bot);
  await interaction.deferUpdate();
  await settle(interaction, forgottenText(await forgetUser(interaction.user.id, bot)));
}

/** Cancels what the user has waiting and running, then deletes all that is kept of them. */
async function forgetUser(userId: string, { queue, retention }: BotParts): Promise<Holdings> {
  const scope = { kind: 'user', userId } as const;
  const act = { by: userId, reason: 'forgotten on request' };
  await queue.clear(scope, act);
  const { running } = await queue.list(scope);
  for (const { id } of running) await queue.cancel(id, act);
  return retention.forgetUser(userId);
}

export function forgottenText(deleted: Holdings): string {
  if (isNothing(deleted)) return NOTHING_TO_FORGET;
  return `Deleted ${keptText(deleted)} with prompts and options, and ${counted(deleted.files, 'file')}. Messages already sent stay in Discord until you delete them; blocks and the moderators' record stay, too.`;
}
