import {
  type APIMessage,
  DiscordAPIError,
  HTTPError,
  type Interaction,
  InteractionResponseType,
  MessageFlags,
  type RawFile,
  type REST,
  type RESTPatchAPIWebhookWithTokenMessageJSONBody,
  Routes,
} from 'discord.js';
import type { ReplyTarget } from '../queue/job.ts';

type Body = RESTPatchAPIWebhookWithTokenMessageJSONBody;

/** A message of the bot. An edit clears every field that is left out, so no old text or button remains. */
export interface MessageContent {
  readonly content: string;
  readonly embeds?: NonNullable<Body['embeds']>;
  readonly components?: NonNullable<Body['components']>;
  readonly files?: readonly AttachedFile[];
  /** An edit leaves the message's other files; a file of the same name takes the place of the old one. */
  readonly keepsFiles?: boolean;
}

export interface AttachedFile extends RawFile {
  /** Alt text, at most 1,024 characters; empty: none. */
  readonly description: string;
  /** The message becomes a voice message: it has this file alone. */
  readonly voice?: { readonly seconds: number; readonly waveform: Uint8Array };
}

export interface ChannelMessage extends MessageContent {
  /** The only user who may be pinged; null: nobody. */
  readonly pingUserId: string | null;
  /** At most 25 characters; Discord returns the message already sent with this nonce instead of posting a second one. */
  readonly nonce: string;
}

/** Messages outside an interaction handler. */
export interface MessageApi {
  /**
   * Edits the answer to an interaction, within 15 minutes. Resolves with the message's id. Waits while that interaction
   * is being acknowledged, because before that there is nothing to edit.
   */
  editAnswer(target: ReplyTarget, message: MessageContent): Promise<string>;
  /** The first answer to an interaction, within 3 s. Unlike discord.js's own it carries voice messages and types of files. */
  answer(interaction: Pick<Interaction, 'id' | 'token'>, message: MessageContent): Promise<void>;
  /** An ordinary message of the bot. Resolves with the message's id. */
  post(channelId: string, message: ChannelMessage): Promise<string>;
  /**
   * The id of the bot's newest message that fits, in a channel, among those since a moment (epoch ms; of the newest 500).
   * Null as well if the bot may not read the channel. Rejects on a temporary fault.
   */
  findOwn(channelId: string, fits: (message: APIMessage) => boolean, since: number): Promise<string | null>;
  /** Null: it is gone, or the bot may not read there. Rejects on a temporary fault. */
  read(channelId: string, messageId: string): Promise<APIMessage | null>;
  /** Edits of this interaction's answer wait until `acknowledgement` has settled. */
  acknowledging(interactionToken: string, acknowledgement: Promise<unknown>): void;
}

export function createMessageApi(rest: REST): MessageApi {
  const acknowledgements = new Map<string, Promise<unknown>>();
  const inTurn = oneAtATime();
  return {
    acknowledging(interactionToken, acknowledgement) {
      const settled = acknowledgement
        .catch(() => {})
        .finally(() => acknowledgements.delete(interactionToken));
      acknowledgements.set(interactionToken, settled);
    },
    async editAnswer({ applicationId, interactionToken }, message) {
      await acknowledgements.get(interactionToken);
      const route = Routes.webhookMessage(applicationId, interactionToken, '@original');
      const edit = async (): Promise<string> => {
        const body = message.keepsFiles ? await bodyBeside(rest, route, message) : bodyOf(message);
        // Without `auth: false` an expired interaction token (401) would make the client drop the bot's own token.
        const sent = await rest.patch(route, { body, files: filesOf(message), auth: false });
        return sentMessage(sent).id;
      };
      return message.keepsFiles ? inTurn(interactionToken, edit) : edit();
    },
    async answer({ id, token }, message) {
      const body = { type: InteractionResponseType.ChannelMessageWithSource, data: bodyOf(message) };
      const route = Routes.interactionCallback(id, token);
      await rest.post(route, { body, files: filesOf(message), auth: false });
    },
    async post(channelId, message) {
      const { nonce, pingUserId } = message;
      const users = pingUserId === null ? [] : [pingUserId];
      const body = {
        ...bodyOf(message),
        allowed_mentions: { parse: [], users },
        nonce,
        enforce_nonce: true,
      };
      const sent = await rest.post(Routes.channelMessages(channelId), { body, files: filesOf(message) });
      return sentMessage(sent).id;
    },
    findOwn: (channelId, fits, since) => ifReadable(findMessage(rest, channelId, fits, since)),
    async read(channelId, messageId) {
      const answer = await ifReadable(rest.get(Routes.channelMessage(channelId, messageId)));
      return answer === null ? null : sentMessage(answer);
    },
  };
}

/** Runs work of the same name one at a time, since it reads a message and edits it accordingly. */
function oneAtATime(): <T>(name: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (name, run) => {
    const running = (last.get(name) ?? Promise.resolve()).then(run);
    const settled = running
      .catch(() => {})
      .then(() => {
        if (last.get(name) === settled) last.delete(name);
      });
    last.set(name, settled);
    return running;
  };
}

/** Without new files the message's list of them is left out, and so stays as it is. */
async function bodyBeside(rest: REST, route: `/${string}`, message: MessageContent): Promise<Body> {
  const { attachments = [], ...body } = bodyOf(message);
  if (attachments.length === 0) return body;
  const names = new Set(message.files?.map(({ name }) => name));
  const { attachments: old } = sentMessage(await rest.get(route, { auth: false }));
  const kept = old.filter(({ filename }) => !names.has(filename)).map(({ id }) => ({ id }));
  return { ...body, attachments: [...kept, ...attachments] };
}

async function ifReadable<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (faultOf(error) === 'passing') throw error;
    return null;
  }
}

/** Throws if the response is not Discord's, but for example a proxy's. */
function sentMessage(answer: unknown): APIMessage {
  const message = answer as APIMessage | null;
  if (typeof message?.id === 'string') return message;
  throw new TypeError('expected a message from Discord, got something else');
}

/** Discord's largest page of messages, and how many pages are searched. */
const PAGE_LENGTH = 100;
const MAX_PAGES = 5;
/** The tolerated difference between Discord's clock and this machine's. */
const SKEW_MS = 60_000;

async function findMessage(
  rest: REST,
  channelId: string,
  fits: (message: APIMessage) => boolean,
  since: number,
): Promise<string | null> {
  let before: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const query = new URLSearchParams({ limit: String(PAGE_LENGTH), ...(before !== null && { before }) });
    const messages = (await rest.get(Routes.channelMessages(channelId), { query })) as APIMessage[];
    if (!Array.isArray(messages))
      throw new TypeError('expected a list of messages from Discord, got something else');
    const found = messages.find(fits);
    if (found) return found.id;
    const oldest = messages.at(-1);
    if (!oldest || messages.length < PAGE_LENGTH || Date.parse(oldest.timestamp) < since - SKEW_MS) break;
    before = oldest.id;
  }
  return null;
}

/** What a failed request means for the message. */
export type SendFault =
  /** The interaction token has expired or the message was deleted: this answer can no longer be edited. */
  | 'answer_gone'
  /** The thread or forum post is closed: its messages cannot be edited; a new one opens it again unless it is locked. */
  | 'thread_closed'
  | 'too_large'
  /** The bot may not or cannot write there. */
  | 'no_access'
  /** Discord refuses the content itself. */
  | 'refused'
  /** Network, proxies, 5xx, 429, an unreadable response: another attempt may succeed. */
  | 'passing';

/** Discord waited more than 3 s for the first answer. */
export const UNKNOWN_INTERACTION = 10_062;
export const ALREADY_ACKNOWLEDGED = 40_060;

const FAULT_CODES: ReadonlyMap<number, SendFault> = new Map([
  ...codes('answer_gone', 10_008, 10_015, UNKNOWN_INTERACTION, 50_027),
  ...codes('thread_closed', 50_083, 160_005, 160_006),
  ...codes('too_large', 40_005),
  ...codes('no_access', 10_003, 10_004, 50_001, 50_007, 50_013, 50_278),
  // Discord's own network sends it with status 403.
  ...codes('passing', 40_333, 130_000),
]);
const FAULT_STATUSES: ReadonlyMap<number, SendFault> = new Map([
  [400, 'refused'],
  [403, 'no_access'],
  [404, 'answer_gone'],
]);

export function faultOf(error: unknown): SendFault {
  const isRefusal = error instanceof DiscordAPIError;
  if ((isRefusal || error instanceof HTTPError) && error.status === 413) return 'too_large';
  // A response without Discord's error code comes from a proxy, whatever its status.
  if (!isRefusal || typeof error.code !== 'number') return 'passing';
  return FAULT_CODES.get(error.code) ?? FAULT_STATUSES.get(error.status) ?? 'passing';
}

export function isRefusedWith(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof DiscordAPIError && codes.includes(Number(error.code));
}

function codes(fault: SendFault, ...numbers: number[]): [code: number, fault: SendFault][] {
  return numbers.map((code) => [code, fault]);
}

function bodyOf({ content, embeds = [], components = [], files = [] }: MessageContent): Body {
  const attachments = files.map(({ name, description, voice }, id) => ({
    id: String(id),
    filename: name,
    ...(description !== '' && { description }),
    ...(voice && { duration_secs: voice.seconds, waveform: Buffer.from(voice.waveform).toString('base64') }),
  }));
  const flags = files.some(({ voice }) => voice) ? { flags: MessageFlags.IsVoiceMessage } : {};
  return { content, embeds, components, attachments, allowed_mentions: { parse: [] }, ...flags };
}

function filesOf({ files = [] }: MessageContent): RawFile[] {
  return files.map(({ name, data, contentType }) => ({
    name,
    data,
    ...(contentType !== undefined && { contentType }),
  }));
}
