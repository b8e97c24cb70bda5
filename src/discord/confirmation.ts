import { UserError } from '../errors.ts';
import { confirmButton } from './buttons.ts';
import type { BotParts, ComponentInteraction } from './command.ts';
import type { ComponentAction } from './component-id.ts';
import type { PrivateAnswer } from './private-answer.ts';
import { relativeTime } from './text.ts';

const LIFE_MS = 5 * 60_000;

interface Question {
  readonly action: ComponentAction;
  /** What would happen, with its numbers. */
  readonly text: string;
  /** At most 80 characters. */
  readonly label: string;
  /** Given back by `noteOf` when the button is pressed; at most 2,048 characters. */
  readonly note?: string;
}

/**
 * Asks before something that cannot be undone: a private answer with a red button. The button carries its own time and
 * the message its note, so both outlive a restart of the bot.
 */
export function confirmation({ action, text, label, note = '' }: Question, now: number): PrivateAnswer {
  return {
    content: `${text}\n-# This button expires ${relativeTime(now + LIFE_MS)}.`,
    components: confirmButton(action, now.toString(36), label),
    // A footer knows no markup, so the text comes back letter by letter.
    embeds: note === '' ? [] : [{ footer: { text: note } }],
  };
}

/** Throws UserError where the button is older than five minutes. */
export function requireFresh(askedAt: string, command: string, bot: BotParts): void {
  const ageMs = bot.clock.now() - Number.parseInt(askedAt, 36);
  if (ageMs >= 0 && ageMs <= LIFE_MS) return;
  throw new UserError(`This button has expired. Use ${bot.mention(command)} again.`);
}

/** The note of the message that the button belongs to; empty where there is none. */
export function noteOf({ message }: ComponentInteraction): string {
  return message?.embeds[0]?.footer?.text ?? '';
}

/** Replaces the question, and its button, by what was done. */
export async function settle(interaction: ComponentInteraction, content: string): Promise<void> {
  await interaction.editReply({ content, components: [], embeds: [], allowedMentions: { parse: [] } });
}
