import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { JsonObject } from './json.ts';

/** Code → HTTP status and text, as Discord answers. Source: "Opcodes and Status Codes", JSON error codes. */
const KNOWN_ERRORS = {
  [RESTJSONErrorCodes.GeneralError]: [401, '401: Unauthorized'],
  [RESTJSONErrorCodes.UnknownChannel]: [404, 'Unknown Channel'],
  [RESTJSONErrorCodes.UnknownGuild]: [404, 'Unknown Guild'],
  [RESTJSONErrorCodes.UnknownMember]: [404, 'Unknown Member'],
  [RESTJSONErrorCodes.UnknownMessage]: [404, 'Unknown Message'],
  [RESTJSONErrorCodes.UnknownUser]: [404, 'Unknown User'],
  [RESTJSONErrorCodes.UnknownWebhook]: [404, 'Unknown Webhook'],
  [RESTJSONErrorCodes.UnknownInteraction]: [404, 'Unknown interaction'],
  [RESTJSONErrorCodes.UnknownApplicationCommand]: [404, 'Unknown application command'],
  [RESTJSONErrorCodes.MaximumNumberOfApplicationCommandsReached]: [
    400,
    'Maximum number of application commands reached (100)',
  ],
  [RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached]: [
    400,
    'Max number of daily application command creates has been reached (200)',
  ],
  [RESTJSONErrorCodes.RequestEntityTooLarge]: [413, 'Request entity too large'],
  [RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged]: [
    400,
    'Interaction has already been acknowledged.',
  ],
  [RESTJSONErrorCodes.ThisInteractionHasHitTheMaximumNumberOfFollowUpMessages]: [
    400,
    'This interaction has reached the maximum number of follow-up messages',
  ],
  [RESTJSONErrorCodes.MissingAccess]: [403, 'Missing Access'],
  [RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser]: [
    403,
    'Cannot edit a message authored by another user',
  ],
  [RESTJSONErrorCodes.CannotSendAnEmptyMessage]: [400, 'Cannot send an empty message'],
  [RESTJSONErrorCodes.CannotSendMessagesToThisUser]: [403, 'Cannot send messages to this user'],
  [RESTJSONErrorCodes.MissingPermissions]: [403, 'Missing Permissions'],
  [RESTJSONErrorCodes.InvalidWebhookToken]: [401, 'Invalid Webhook Token'],
  [RESTJSONErrorCodes.InvalidFormBodyOrContentType]: [400, 'Invalid Form Body'],
  [RESTJSONErrorCodes.VoiceMessagesDoNotSupportAdditionalContent]: [
    400,
    'Voice messages do not support additional content',
  ],
  [RESTJSONErrorCodes.VoiceMessagesMustHaveASingleAudioAttachment]: [
    400,
    'Voice messages must have a single audio attachment',
  ],
  [RESTJSONErrorCodes.VoiceMessagesMustHaveSupportingMetadata]: [
    400,
    'Voice messages must have supporting metadata',
  ],
  [RESTJSONErrorCodes.VoiceMessagesCannotBeEdited]: [400, 'Voice messages cannot be edited'],
  [RESTJSONErrorCodes.YouCannotSendVoiceMessagesInThisChannel]: [
    403,
    'You cannot send voice messages in this channel',
  ],
  [RESTJSONErrorCodes.InvalidAPIVersion]: [400, 'Invalid API version provided'],
  [RESTJSONErrorCodes.RequestBodyContainsInvalidJSON]: [400, 'The request body contains invalid JSON.'],
} as const satisfies Record<number, readonly [status: number, message: string]>;

export type DiscordErrorCode = keyof typeof KNOWN_ERRORS;

/** An error that the API answers with, as status and body. */
export class DiscordError extends Error {
  readonly status: number;
  readonly code: DiscordErrorCode;
  readonly errors: JsonObject | null;

  constructor(code: DiscordErrorCode, errors: JsonObject | null = null) {
    const [status, message] = KNOWN_ERRORS[code];
    super(message);
    this.name = 'DiscordError';
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  get body(): JsonObject {
    return { message: this.message, code: this.code, ...(this.errors ? { errors: this.errors } : {}) };
  }
}

/** Error 50035 for one field. `path` is dotted, with list positions as numbers: `embeds.0.title`. */
export function invalidField(path: string, code: string, message: string): DiscordError {
  return new DiscordError(
    RESTJSONErrorCodes.InvalidFormBodyOrContentType,
    formErrors([{ path: path.split('.'), code, message }]),
  );
}

export interface FieldError {
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
}

/** Nests field errors as Discord does: `{ embeds: { 0: { title: { _errors: [{ code, message }] } } } }`. */
export function formErrors(fields: readonly FieldError[]): JsonObject {
  const groups = Map.groupBy(
    fields.filter(({ path }) => path.length > 0),
    ({ path }) => path[0] ?? '',
  );
  const own = fields.filter(({ path }) => path.length === 0);
  return {
    ...(own.length > 0 ? { _errors: own.map(({ code, message }) => ({ code, message })) } : {}),
    ...Object.fromEntries(
      [...groups].map(([key, group]) => [
        key,
        formErrors(group.map((field) => ({ ...field, path: field.path.slice(1) }))),
      ]),
    ),
  };
}
