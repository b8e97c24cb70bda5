import { type InteractionEditReplyOptions, MessageFlags } from 'discord.js';
import type { AnswerableInteraction } from './command.ts';

export type PrivateAnswer = Pick<InteractionEditReplyOptions, 'components' | 'embeds'> & {
  readonly content: string;
};

/** Discord requires a response within 3 s; what takes longer than this is acknowledged with "thinking…" first. */
export const FIRST_ANSWER_MS = 1000;

const NO_MENTIONS = { parse: [] } as const;

/**
 * Answers this user alone, whatever was answered before. A public "thinking…" cannot become private, so it is
 * deleted first. Rejects if the interaction can no longer be answered.
 */
export async function answerPrivately(
  interaction: AnswerableInteraction,
  answer: string | PrivateAnswer,
): Promise<void> {
  const { content, components = [], embeds = [] } = typeof answer === 'string' ? { content: answer } : answer;
  const body = { content, components, embeds, allowedMentions: NO_MENTIONS };
  const message = { ...body, flags: MessageFlags.Ephemeral } as const;
  if (!interaction.deferred && !interaction.replied) {
    await interaction.reply(message);
    return;
  }
  if (interaction.deferred && !interaction.replied && interaction.ephemeral === true) {
    await interaction.editReply(body);
    return;
  }
  const isPublicThinking = interaction.deferred && !interaction.replied && interaction.ephemeral === false;
  if (isPublicThinking) await interaction.deleteReply();
  await interaction.followUp(message);
}
