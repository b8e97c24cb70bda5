import { UserError } from '../errors.ts';
import { buttonTexts } from '../messages/buttons.ts';
import { inLocale } from '../messages/languages.ts';
import { refusalTexts } from '../messages/refusals.ts';
import type { ComponentAction } from './buttons.ts';
import { confirmButton } from './buttons.ts';
import type { BotParts } from './command.ts';
import type { ComponentInteraction, PrivateAnswer } from './reply.ts';
import { relativeTime } from './text.ts';

const LIFE_MS = 5 * 60_000;

interface Question {
  readonly action: ComponentAction;
  /** What the action would do, with numbers. */
  readonly text: string;
  /** At most 80 characters. */
  readonly label: string;
  /** Returned by `noteOf` when the button is pressed; at most 2,048 characters. */
  readonly note?: string;
  readonly locale: string;
}

/**
 * A private question before an action that cannot be undone. The button carries its creation time and
 * the message its note, so both survive a restart of the bot.
 */
export function confirmation(
  { action, text, label, note = '', locale }: Question,
  now: number,
): PrivateAnswer {
  return {
    content: `${text}\n-# ${inLocale(buttonTexts, locale).expires(relativeTime(now + LIFE_MS))}`,
    components: confirmButton(action, now.toString(36), label),
    // Discord does not interpret markup in a footer, so the text comes back unchanged.
    embeds: note === '' ? [] : [{ footer: { text: note } }],
  };
}

/** Throws UserError if the button is older than five minutes. */
export function requireFresh(
  { locale }: ComponentInteraction,
  askedAt: string,
  command: string,
  bot: BotParts,
): void {
  const ageMs = bot.clock.now() - Number.parseInt(askedAt, 36);
  if (ageMs >= 0 && ageMs <= LIFE_MS) return;
  throw new UserError(inLocale(refusalTexts, locale).expired(bot.mention(command)));
}

/** The note of the button's message; empty if it has none. */
export function noteOf({ message }: ComponentInteraction): string {
  return message?.embeds[0]?.footer?.text ?? '';
}

/** Replaces the question and its button with the result. */
export async function settle(interaction: ComponentInteraction, content: string): Promise<void> {
  await interaction.editReply({ content, components: [], embeds: [], allowedMentions: { parse: [] } });
}
