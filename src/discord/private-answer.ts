import { MessageFlags } from 'discord.js';
import type { AnswerableInteraction } from './command.ts';

const NO_MENTIONS = { parse: [] } as const;

/**
 * A sentence for this person alone, whatever was answered so far. A public "thinking…" cannot become private: it is
 * taken away first. Rejects when Discord no longer takes an answer.
 */
export async function answerPrivately(interaction: AnswerableInteraction, content: string): Promise<void> {
  const message = { content, allowedMentions: NO_MENTIONS, flags: MessageFlags.Ephemeral } as const;
  if (!interaction.deferred && !interaction.replied) {
    await interaction.reply(message);
    return;
  }
  if (interaction.deferred && !interaction.replied && interaction.ephemeral === true) {
    await interaction.editReply({ content, allowedMentions: NO_MENTIONS });
    return;
  }
  const isPublicThinking = interaction.deferred && !interaction.replied && interaction.ephemeral === false;
  if (isPublicThinking) await interaction.deleteReply();
  await interaction.followUp(message);
}
