import type { InteractionType } from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { ModalPart } from '../request-schemas/modal-schema.ts';
import type { Message } from './message.ts';

/** The bot's first answer. `timeout`: none came within three seconds, and Discord shows that the app did not respond. */
export type Answer =
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'deferred'; readonly message: Message }
  | { readonly kind: 'deferred_update' }
  | { readonly kind: 'update'; readonly message: Message }
  | { readonly kind: 'choices'; readonly choices: readonly JsonObject[] }
  | { readonly kind: 'modal'; readonly modal: OpenModal }
  | { readonly kind: 'timeout' };

/** A form on a user's screen. */
export interface OpenModal {
  readonly customId: string;
  readonly title: string;
  readonly parts: readonly ModalPart[];
  readonly userId: string;
  readonly channelId: string;
  /** The message whose button opened it. */
  readonly messageId: string | null;
  readonly openedBy: Interaction;
}

/** The message or user in whose context menu a command was chosen. */
export interface MenuTarget {
  readonly kind: 'message' | 'user';
  readonly id: string;
}

export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: Exclude<InteractionType, InteractionType.Ping>;
  readonly userId: string;
  readonly channelId: string;
  readonly guildId: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly commandName: string | null;
  /** For context menu commands; null otherwise. */
  readonly target: MenuTarget | null;
  /** For autocompletion: the type of the focused option. */
  readonly focusedType: number | null;
  /** The message that carries the component, or whose button opened the modal. */
  readonly sourceMessageId: string | null;
  readonly openedBy: Interaction | null;
  /** Key "0": guild of the guild install ("0" in the bot's DM); key "1": the user of the user install. */
  readonly owners: Readonly<Record<string, string>>;
  /** Resolves with the first answer, or `timeout`; never rejects. */
  readonly answered: Promise<Answer>;
  state: InteractionState;
}

/** An interaction whose token allows edits and follow-ups. */
export type AnsweredInteraction = Interaction & {
  state: Extract<InteractionState, { readonly kind: 'answered' }>;
};

export type InteractionState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'failed' }
  | {
      readonly kind: 'answered';
      readonly answer: Answer;
      /** The id of the `@original` message: the answer's, or for a component the message that carries it. */
      readonly originalId: string | null;
      readonly followUps: number;
    };
