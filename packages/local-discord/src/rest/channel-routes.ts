import { PermissionFlagsBits, RESTJSONErrorCodes } from 'discord-api-types/v10';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { DiscordError } from '../discord-error.ts';
import { messageSchema, snowflakeSchema } from '../request-schemas/message-schema.ts';
import { parseBody } from '../request-schemas/parse-body.ts';
import type { Channel } from '../state/entities.ts';
import type { Message } from '../state/message.ts';
import { serializeChannel } from '../state/serialize-guild.ts';
import { serializeMessage } from '../state/serialize-message.ts';
import { isVoiceMessage } from '../state/voice-message.ts';
import { botRoute, NO_CONTENT, ok, type RestAnswer, type RestCall, type Route } from './route.ts';

const MESSAGES = '/channels/{channel_id}/messages';
const pageSchema = z.looseObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  before: snowflakeSchema.optional(),
  after: snowflakeSchema.optional(),
});

/** Channels and their messages, without an interaction. */
export function channelRoutes(context: Context): Route[] {
  const { state, messages } = context;
  const route = (
    method: Route['method'],
    template: string,
    act: (channel: Channel, call: RestCall) => RestAnswer,
  ): Route => botRoute(method, template, (call) => act(requireChannel(context, call), call));
  return [
    route('GET', '/channels/{channel_id}', (channel) =>
      ok(serializeChannel(state, channel, messages.inChannel(channel.id).at(-1)?.id ?? null)),
    ),
    route('GET', MESSAGES, (channel, call) => {
      const asked = parseBody(pageSchema, Object.fromEntries(call.query));
      const page = pageOf(publicMessages(context, channel), asked);
      return ok(page.map((message) => serializeMessage(state, message)));
    }),
    route('POST', MESSAGES, (channel, call) => createMessage(context, channel, call)),
    route('GET', `${MESSAGES}/{message_id}`, (channel, call) =>
      ok(serializeMessage(state, requireMessage(context, channel, call))),
    ),
    route('PATCH', `${MESSAGES}/{message_id}`, (channel, call) => {
      const message = requireMessage(context, channel, call);
      if (message.authorId !== state.bot.id)
        throw new DiscordError(RESTJSONErrorCodes.CannotEditMessageAuthoredByAnotherUser);
      const body = parseBody(messageSchema, call.body ?? {});
      return ok(serializeMessage(state, messages.edit(message, body, call.files)));
    }),
    route('DELETE', `${MESSAGES}/{message_id}`, (channel, call) => {
      const message = requireMessage(context, channel, call);
      if (message.authorId !== state.bot.id)
        requirePermission(context, channel, PermissionFlagsBits.ManageMessages);
      messages.delete(message);
      return NO_CONTENT;
    }),
  ];
}

function createMessage(context: Context, channel: Channel, call: RestCall): RestAnswer {
  const { state, messages } = context;
  requirePermission(context, channel, PermissionFlagsBits.SendMessages);
  if (channel.kind === 'dm' && state.closedDms.has(channel.userId))
    throw new DiscordError(RESTJSONErrorCodes.CannotSendMessagesToThisUser);
  const body = parseBody(messageSchema, call.body ?? {});
  if (isVoiceMessage({ flags: body.flags ?? 0 })) requireVoicePermission(context, channel);
  else if (call.files.length > 0) requirePermission(context, channel, PermissionFlagsBits.AttachFiles);
  const details = { channel, authorId: state.bot.id, origin: null, visibleTo: null, webhook: false };
  return ok(serializeMessage(state, messages.create(body, call.files, details)));
}

/** Throws 10003 for an unknown channel, 50001 for one that the bot may not see. */
function requireChannel(context: Context, call: RestCall): Channel {
  const channel = context.state.channels.get(call.param('channel_id'));
  if (!channel) throw new DiscordError(RESTJSONErrorCodes.UnknownChannel);
  if (channel.kind === 'group') throw new DiscordError(RESTJSONErrorCodes.MissingAccess);
  if (channel.kind === 'guild_text' && !has(context, channel, PermissionFlagsBits.ViewChannel))
    throw new DiscordError(RESTJSONErrorCodes.MissingAccess);
  return channel;
}

function requirePermission(context: Context, channel: Channel, permission: bigint): void {
  if (channel.kind === 'guild_text' && !has(context, channel, permission))
    throw new DiscordError(RESTJSONErrorCodes.MissingPermissions);
}

/** Throws 50173 without the permission. */
function requireVoicePermission(context: Context, channel: Channel): void {
  if (channel.kind === 'guild_text' && !has(context, channel, PermissionFlagsBits.SendVoiceMessages))
    throw new DiscordError(RESTJSONErrorCodes.YouCannotSendVoiceMessagesInThisChannel);
}

function has(context: Context, channel: Channel, permission: bigint): boolean {
  return (context.state.permissionsOf(context.state.bot.id, channel) & permission) !== 0n;
}

/** A page of messages, newest first: the latest ones (before an id), or those right after an id. */
function pageOf(
  messages: readonly Message[],
  { limit, before, after }: z.infer<typeof pageSchema>,
): Message[] {
  if (after !== undefined) {
    const later = messages.filter(({ id }) => BigInt(id) > BigInt(after));
    return later.slice(0, limit).reverse();
  }
  const earlier = messages.filter(({ id }) => before === undefined || BigInt(id) < BigInt(before));
  return earlier.slice(-limit).reverse();
}

/** Without ephemeral messages, which Discord does not keep. */
function publicMessages(context: Context, channel: Channel): Message[] {
  return context.messages.inChannel(channel.id).filter((message) => message.visibleTo === null);
}

function requireMessage(context: Context, channel: Channel, call: RestCall): Message {
  const id = call.param('message_id');
  const message = publicMessages(context, channel).find((candidate) => candidate.id === id);
  if (!message) throw new DiscordError(RESTJSONErrorCodes.UnknownMessage);
  return message;
}
