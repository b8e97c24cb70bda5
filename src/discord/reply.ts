import {
  ApplicationIntegrationType,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  InteractionContextType,
  type InteractionEditReplyOptions,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  PermissionFlagsBits,
} from 'discord.js';
import { languageOf } from '../messages/languages.ts';
import type { ReplyTarget } from '../queue/job.ts';

export type ComponentInteraction = ButtonInteraction | ModalSubmitInteraction;
export type AnswerableInteraction =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ComponentInteraction;

/** How long an answer can be edited. */
export const TOKEN_LIFE_MS = 15 * 60_000;
/** Reserved for an edit itself. */
const TOKEN_MARGIN_MS = 5000;
/**
 * Discord has reported larger limits than it accepted; every channel accepts this much. No file of a riff that was posted
 * is larger.
 */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;

/**
 * What a job stores of its interaction. `now`: this machine's epoch ms. The token's expiry is computed from it
 * and not from Discord's timestamp in the interaction's id, so that a skewed clock does not matter.
 */
export function replyTarget(interaction: AnswerableInteraction, now: number): ReplyTarget {
  return {
    context: contextOf(interaction),
    channelId: interaction.channelId ?? '',
    applicationId: interaction.applicationId,
    interactionToken: interaction.token,
    tokenExpiresAt: now + TOKEN_LIFE_MS,
    canPost: canPost(interaction),
    locale: languageOf(interaction.locale),
    maxFileBytes: Math.min(interaction.attachmentSizeLimit, MAX_FILE_BYTES),
  };
}

/** Whether the answer can still be edited, by this machine's clock. */
export function answerIsOpen({ tokenExpiresAt }: ReplyTarget, now: number): boolean {
  return now < tokenExpiresAt - TOKEN_MARGIN_MS;
}

/** Whether an answer here may carry the embed and the files. */
export function canAttach({ appPermissions }: AnswerableInteraction): boolean {
  return appPermissions.has([PermissionFlagsBits.AttachFiles, PermissionFlagsBits.EmbedLinks]);
}

/** Whether the bot may also write here by itself: it is a member with the permissions, or this is its own DM. */
function canPost(interaction: AnswerableInteraction): boolean {
  if (interaction.guildId === null) return contextOf(interaction) === 'bot_dm';
  const installedIn = interaction.authorizingIntegrationOwners[ApplicationIntegrationType.GuildInstall];
  if (installedIn !== interaction.guildId || !canAttach(interaction)) return false;
  const write = interaction.channel?.isThread()
    ? PermissionFlagsBits.SendMessagesInThreads
    : PermissionFlagsBits.SendMessages;
  return interaction.appPermissions.has([PermissionFlagsBits.ViewChannel, write]);
}

function contextOf(interaction: AnswerableInteraction): ReplyTarget['context'] {
  if (interaction.guildId !== null) return 'guild';
  return interaction.context === InteractionContextType.BotDM ? 'bot_dm' : 'private_channel';
}

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
