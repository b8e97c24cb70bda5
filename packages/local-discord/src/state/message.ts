import type { InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  /** The name as it was given, without its ending, where characters of it had to be replaced. */
  readonly title: string | null;
  readonly contentType: string;
  /** Alt text; empty when none was given. */
  readonly description: string;
  readonly sizeBytes: number;
  /** Of its address, from the server's root on. */
  readonly path: string;
  /** Of pictures, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** Of voice messages. */
  readonly durationSecs: number | null;
  /** Of voice messages: base64, one byte a point. */
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

/** Whether a user who is in the channel sees it. */
export function isVisibleTo({ visibleTo }: Message, userId: string): boolean {
  return visibleTo === null || visibleTo === userId;
}
