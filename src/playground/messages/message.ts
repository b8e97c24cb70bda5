import type { JsonObject } from '../json.ts';

/** Message flags, those that a bot of this kind meets. Source: resources/message. */
export const MESSAGE_FLAGS = {
  suppressEmbeds: 1 << 2,
  ephemeral: 1 << 6,
  loading: 1 << 7,
  suppressNotifications: 1 << 12,
  voiceMessage: 1 << 13,
  componentsV2: 1 << 15,
} as const;

export interface Attachment {
  readonly id: string;
  readonly filename: string;
  readonly contentType: string;
  /** Alt text; empty when none was given. */
  readonly description: string;
  readonly bytes: Uint8Array;
  readonly url: string;
  /** Of pictures, in pixels. */
  readonly width: number | null;
  readonly height: number | null;
  /** Shown by an embed through attachment://, so it is not listed among the message's attachments. */
  readonly embedded: boolean;
}

/** The interaction that a message answers. */
export interface MessageOrigin {
  readonly interactionId: string;
  /** 2 command, 3 component, 5 modal. */
  readonly type: 2 | 3 | 5;
  readonly commandName: string | null;
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
  /** The only person who sees it (an ephemeral message); null = everyone in the channel. */
  readonly visibleTo: string | null;
  readonly webhook: boolean;
}
