import {
  type APIMessage,
  DiscordAPIError,
  HTTPError,
  type RawFile,
  type REST,
  type RESTPatchAPIWebhookWithTokenMessageJSONBody,
  Routes,
} from 'discord.js';
import type { ReplyTarget } from '../queue/job.ts';

type Body = RESTPatchAPIWebhookWithTokenMessageJSONBody;

/** A message of ours: whatever is not named is emptied on an edit, so no old text or button stays behind. */
export interface MessageContent {
  readonly content: string;
  readonly embeds?: NonNullable<Body['embeds']>;
  readonly components?: NonNullable<Body['components']>;
  readonly files?: readonly AttachedFile[];
}

export interface AttachedFile extends RawFile {
  /** Alt text, at most 1,024 characters. */
  readonly description: string;
}

export interface ChannelMessage extends MessageContent {
  /** The only user who may be pinged; null: nobody. */
  readonly pingUserId: string | null;
  /** At most 25 characters: Discord gives back the message already sent under it instead of a second one. */
  readonly nonce: string | null;
}

/** The two ways a message of ours reaches a person without an open handler. */
export interface MessageApi {
  /** The answer to an interaction, within 15 minutes. Resolves with the message's id. */
  editAnswer(target: ReplyTarget, message: MessageContent): Promise<string>;
  /** An ordinary message of the bot. Resolves with the message's id. */
  post(channelId: string, message: ChannelMessage): Promise<string>;
}

export function createMessageApi(rest: REST): MessageApi {
  return {
    async editAnswer({ applicationId, interactionToken }, message) {
      const route = Routes.webhookMessage(applicationId, interactionToken, '@original');
      // Without `auth: false` an expired interaction token (401) would make the client drop the bot's own token.
      const sent = await rest.patch(route, { body: bodyOf(message), files: filesOf(message), auth: false });
      return (sent as APIMessage).id;
    },
    async post(channelId, message) {
      const { nonce, pingUserId } = message;
      const users = pingUserId === null ? [] : [pingUserId];
      const body = {
        ...bodyOf(message),
        allowed_mentions: { parse: [], users },
        ...(nonce !== null && { nonce, enforce_nonce: true }),
      };
      const sent = await rest.post(Routes.channelMessages(channelId), { body, files: filesOf(message) });
      return (sent as APIMessage).id;
    },
  };
}

/** What a refused request means for the message. */
export type SendFault =
  /** The interaction token is over, or the message was deleted: this answer cannot be reached any more. */
  | 'answer_gone'
  | 'too_large'
  /** The bot may not, or cannot, write there. */
  | 'no_access'
  /** Discord refuses the content itself. */
  | 'refused'
  /** Network, 5xx, 429: another try may help. */
  | 'passing';

const ANSWER_GONE_CODES = new Set([10_008, 10_015, 10_062, 50_027]);
const NO_ACCESS_CODES = new Set([10_003, 10_004, 50_001, 50_007, 50_013, 50_278]);
const TOO_LARGE_CODE = 40_005;

export function faultOf(error: unknown): SendFault {
  if (error instanceof DiscordAPIError) {
    const code = Number(error.code);
    if (ANSWER_GONE_CODES.has(code)) return 'answer_gone';
    if (code === TOO_LARGE_CODE || error.status === 413) return 'too_large';
    if (NO_ACCESS_CODES.has(code) || error.status === 403) return 'no_access';
    if (error.status === 404) return 'answer_gone';
    return error.status === 400 ? 'refused' : 'passing';
  }
  return error instanceof HTTPError && error.status === 413 ? 'too_large' : 'passing';
}

function bodyOf({ content, embeds = [], components = [], files = [] }: MessageContent): Body {
  const attachments = files.map(({ name, description }, id) => ({
    id: String(id),
    filename: name,
    description,
  }));
  return { content, embeds, components, attachments, allowed_mentions: { parse: [] } };
}

function filesOf({ files = [] }: MessageContent): RawFile[] {
  return files.map(({ name, data, contentType }) => ({
    name,
    data,
    ...(contentType !== undefined && { contentType }),
  }));
}
