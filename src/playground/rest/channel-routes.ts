import { messageSchema } from '../forms/message-form.ts';
import { parseForm } from '../forms/parse-form.ts';
import type { Message } from '../messages/message.ts';
import { messagePayload } from '../payloads/message-payload.ts';
import { channelPayload } from '../payloads/place-payloads.ts';
import { BOT } from '../world/cast.ts';
import { PERMISSIONS } from '../world/permissions.ts';
import type { Channel } from '../world/places.ts';
import { DiscordError } from './discord-error.ts';
import type { DiscordParts } from './parts.ts';
import type { RestAnswer, RestCall, Route } from './route.ts';

const MESSAGES = '/channels/{channel_id}/messages';
const DEFAULT_PAGE = 50;

/** Channels and the bot's own messages in them, without an interaction. */
export function channelRoutes(parts: DiscordParts): Route[] {
  const { world, messages } = parts;
  const route = (
    method: Route['method'],
    template: string,
    act: (channel: Channel, call: RestCall) => RestAnswer,
  ): Route => ({
    method,
    template,
    auth: 'bot',
    handle: (call) => act(requireChannel(parts, call), call),
  });
  return [
    route('GET', '/channels/{channel_id}', (channel) => ({
      status: 200,
      body: channelPayload(world, channel, messages.inChannel(channel.id).at(-1)?.id ?? null),
    })),
    route('GET', MESSAGES, (channel, call) => ({
      status: 200,
      body: publicMessages(parts, channel)
        .reverse()
        .slice(0, Number(call.query.get('limit') ?? DEFAULT_PAGE))
        .map((message) => messagePayload(world, message)),
    })),
    route('POST', MESSAGES, (channel, call) => createMessage(parts, channel, call)),
    route('GET', `${MESSAGES}/{message_id}`, (channel, call) => ({
      status: 200,
      body: messagePayload(world, requireMessage(parts, channel, call)),
    })),
    route('PATCH', `${MESSAGES}/{message_id}`, (channel, call) => {
      const message = requireMessage(parts, channel, call);
      if (message.authorId !== BOT.id) throw new DiscordError(50005);
      const form = parseForm(messageSchema, call.body ?? {});
      return { status: 200, body: messagePayload(world, messages.edit(message, form, call.files)) };
    }),
    route('DELETE', `${MESSAGES}/{message_id}`, (channel, call) => {
      const message = requireMessage(parts, channel, call);
      if (message.authorId !== BOT.id) requirePermission(parts, channel, PERMISSIONS.manageMessages);
      messages.delete(message);
      return { status: 204 };
    }),
  ];
}

function createMessage(parts: DiscordParts, channel: Channel, call: RestCall): RestAnswer {
  const { world, messages } = parts;
  requirePermission(parts, channel, PERMISSIONS.sendMessages);
  if (call.files.length > 0) requirePermission(parts, channel, PERMISSIONS.attachFiles);
  if (channel.kind === 'dm' && world.closedDms.has(channel.userId)) throw new DiscordError(50007);
  const form = parseForm(messageSchema, call.body ?? {});
  const context = { channel, authorId: BOT.id, origin: null, visibleTo: null, webhook: false };
  return { status: 200, body: messagePayload(world, messages.create(form, call.files, context)) };
}

/** Throws 10003 for a channel that does not exist, 50001 for one that the bot does not see. */
function requireChannel(parts: DiscordParts, call: RestCall): Channel {
  const channel = parts.world.channels.get(call.param('channel_id'));
  if (!channel) throw new DiscordError(10003);
  if (channel.kind === 'group') throw new DiscordError(50001);
  if (channel.kind === 'guild_text' && !has(parts, channel, PERMISSIONS.viewChannel))
    throw new DiscordError(50001);
  return channel;
}

function requirePermission(parts: DiscordParts, channel: Channel, permission: bigint): void {
  if (channel.kind === 'guild_text' && !has(parts, channel, permission)) throw new DiscordError(50013);
}

function has(parts: DiscordParts, channel: Channel, permission: bigint): boolean {
  return (parts.world.permissionsOf(BOT.id, channel) & permission) !== 0n;
}

/** Ephemeral messages are out of reach here: Discord does not keep them. */
function publicMessages(parts: DiscordParts, channel: Channel): Message[] {
  return parts.messages.inChannel(channel.id).filter((message) => message.visibleTo === null);
}

function requireMessage(parts: DiscordParts, channel: Channel, call: RestCall): Message {
  const id = call.param('message_id');
  const message = publicMessages(parts, channel).find((candidate) => candidate.id === id);
  if (!message) throw new DiscordError(10008);
  return message;
}
