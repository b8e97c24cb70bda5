import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../src/discord/confirmation.ts';
import { answerPrivately, type ComponentInteraction } from '../src/discord/reply.ts';
import type { Deletion } from '../src/queue/retention.ts';
import { counted } from '../src/wording.ts';

const definition = {
  ...ANYWHERE,
  name: 'forget',
  description: 'Delete your riffs, prompts and files from this bot; asks before it does',
} satisfies CommandDefinition;

export const forget: Command = { definition, run, components: { forget: forgetConfirmed } };

export const NOTHING_TO_FORGET = 'I keep no riffs of yours.';

/** Asks for confirmation, because deletion cannot be undone. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { jobs, files } = await bot.retention.holdingsOf(interaction.user.id);
  if (jobs === 0) return answerPrivately(interaction, NOTHING_TO_FORGET);
  const riffs = counted(jobs, 'riff');
  const text = `Delete ${riffs} of yours, with prompts, options and ${counted(files, 'file')}? Waiting and running riffs are cancelled, and the buttons under your riffs stop working. This cannot be undone.`;
  const question = { action: 'forget', text, label: `Delete ${riffs}` } as const;
  await answerPrivately(interaction, confirmation(question, bot.clock.now()));
}

async function forgetConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  requireFresh(askedAt, 'forget', bot);
  await interaction.deferUpdate();
  const { jobs, files } = await forgetUser(interaction.user.id, bot);
  await settle(interaction, forgottenText(jobs, files));
}

/** Cancels what the user has waiting and running, then deletes all their jobs and files. */
async function forgetUser(userId: string, { queue, retention }: BotParts): Promise<Deletion> {
  const scope = { kind: 'user', userId } as const;
  const act = { by: userId, reason: 'forgotten on request' };
  await queue.clear(scope, act);
  const { running } = await queue.list(scope);
  for (const { id } of running) await queue.cancel(id, act);
  return retention.forgetUser(userId);
}

export function forgottenText(jobs: number, files: number): string {
  if (jobs === 0) return NOTHING_TO_FORGET;
  return `Deleted ${counted(jobs, 'riff')} with prompts and options, and ${counted(files, 'file')}. Messages already sent stay in Discord until you delete them; blocks and the moderators' record stay, too.`;
}
