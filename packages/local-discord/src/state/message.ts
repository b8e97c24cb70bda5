import type { InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  /** The given name without its extension if characters of it had to be replaced, otherwise null. */
  readonly title: string | null;
  readonly contentType: string;
  /** Alt text; empty when none was given. */
  readonly description: string;
  readonly sizeBytes: number;
  /** The path of its URL. */
  readonly path: string;
  /** For pictures, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** For voice messages. */
  readonly durationSecs: number | null;
  /** For voice messages: base64, one byte per point. */
  readonly waveform: string | null;
  /** Shown by an embed through attachment://, so it is not listed among the message's attachments. */
  readonly embedded: boolean;
}

/** The interaction that a message answers. */
export interface MessageOrigin {
  readonly interactionId: string;
  readonly type: Exclude<InteractionType, InteractionType.Ping>;
  readonly commandName: string | null;
  /** Whether the command was chosen in a context menu. */
  readonly fromMenu: boolean;
  readonly userId: string;
  readonly metadata: JsonObject;
}

export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  readonly content: string;
  readonly embeds: readonly JsonObject[];
  readonly components: readonly JsonObject[];
  readonly attachments: readonly Attachment[];
  readonly flags: number;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly editedAt: number | null;
  /** Users whom this message notifies. */
  readonly mentionedUserIds: readonly string[];
  readonly mentionsEveryone: boolean;
  readonly nonce: string | null;
  readonly origin: MessageOrigin | null;
  /** The only user who sees it (an ephemeral message); null = everyone in the channel. */
  readonly visibleTo: string | null;
  readonly webhook: boolean;
}

/** Whether a user who is in the channel sees the message. */
export function isVisibleTo({ visibleTo }: Message, userId: string): boolean {
  return visibleTo === null || visibleTo === userId;
}
