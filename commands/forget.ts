import { type ChatInputCommandInteraction, MessageFlags } from 'discord.js';
import { ANYWHERE, type BotParts, type Command, type CommandDefinition } from '../src/discord/command.ts';
import { confirmation, requireFresh, settle } from '../src/discord/confirmation.ts';
import { localized } from '../src/discord/localized.ts';
import { answerPrivately, type ComponentInteraction } from '../src/discord/reply.ts';
import { helpTexts } from '../src/messages/help.ts';
import { inLocale } from '../src/messages/languages.ts';
import type { Holdings } from '../src/queue/ports.ts';

const definition = {
  ...ANYWHERE,
  ...localized(helpTexts, 'forget'),
} satisfies CommandDefinition;

export const forget: Command = { definition, run, components: { forget: forgetConfirmed } };

/** Asks for confirmation, because deletion cannot be undone. */
async function run(interaction: ChatInputCommandInteraction, bot: BotParts): Promise<void> {
  await interaction.deferReply({ flags: MessageFlags.Ephemeral });
  const { locale } = interaction;
  const text = inLocale(helpTexts, locale);
  const holdings = await bot.retention.holdingsOf(interaction.user.id);
  if (isNothing(holdings)) return answerPrivately(interaction, text.nothingToForget);
  const kept = keptText(holdings, text);
  const question = {
    action: 'forget',
    text: text.askToForget(kept, text.files(holdings.files)),
    label: text.forgetLabel(kept),
    locale,
  } as const;
  await answerPrivately(interaction, confirmation(question, bot.clock.now()));
}

function isNothing({ jobs, presets }: Holdings): boolean {
  return jobs === 0 && presets === 0;
}

/** `3 riffs and 1 preset`. */
function keptText({ jobs, presets }: Holdings, text: (typeof helpTexts)['en']): string {
  if (presets === 0) return text.riffs(jobs);
  return jobs === 0 ? text.presets(presets) : text.and(text.riffs(jobs), text.presets(presets));
}

async function forgetConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  requireFresh(interaction, askedAt, 'forget', bot);
  await interaction.deferUpdate();
  await settle(interaction, forgottenText(await forgetUser(interaction.user.id, bot), interaction.locale));
}

/** Cancels the user's waiting and running riffs, then deletes everything that is stored of them. */
async function forgetUser(userId: string, { queue, retention }: BotParts): Promise<Holdings> {
  const scope = { kind: 'user', userId } as const;
  const act = { by: userId, reason: 'forgotten on request' };
  await queue.clear(scope, act);
  const { running } = await queue.list(scope);
  for (const { id } of running) await queue.cancel(id, act);
  return retention.forgetUser(userId);
}

export function forgottenText(deleted: Holdings, locale: string): string {
  const text = inLocale(helpTexts, locale);
  if (isNothing(deleted)) return text.nothingToForget;
  return text.forgotten(keptText(deleted, text), text.files(deleted.files));
}
