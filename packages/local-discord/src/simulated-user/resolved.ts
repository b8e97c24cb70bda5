import { ChannelType } from 'discord-api-types/v10';
import type { Json, JsonObject } from '../json.ts';
import type { Channel, User } from '../state/entities.ts';
import type { Attachment, Message } from '../state/message.ts';
import { serializeBareMember, serializeRole, serializeUser } from '../state/serialize-guild.ts';
import { serializeAttachment, serializeMessage } from '../state/serialize-message.ts';
import type { State } from '../state/state.ts';

/** What an interaction names by id. Unknown users, roles and channels are skipped. */
export interface Named {
  readonly userIds?: readonly string[];
  readonly roleIds?: readonly string[];
  readonly channelIds?: readonly string[];
  readonly attachments?: readonly Attachment[];
  readonly messages?: readonly Message[];
}

/** `{ resolved }` for an interaction's data, as seen in a channel; empty if nothing is named. */
export function resolved(state: State, channel: Channel, named: Named): JsonObject {
  const { userIds = [], roleIds = [], channelIds = [], attachments = [], messages = [] } = named;
  const users = userIds.flatMap((id) => state.users.get(id) ?? []);
  const channels = channelIds.flatMap((id) => state.channels.get(id) ?? []);
  const roles = (state.guildOf(channel)?.roles ?? []).filter(({ id }) => roleIds.includes(id));
  const groups = {
    users: byId(users, serializeUser),
    members: Object.fromEntries(users.flatMap((user) => resolvedMember(state, user, channel))),
    channels: byId(channels, resolvedChannel),
    roles: byId(roles, serializeRole),
    attachments: byId(attachments, (file) => serializeAttachment(file, state.baseUrl, true)),
    messages: byId(messages, (message) => serializeMessage(state, message)),
  };
  const filled = Object.entries(groups).filter(([, group]) => Object.keys(group).length > 0);
  return filled.length === 0 ? {} : { resolved: Object.fromEntries(filled) };
}

function byId<T extends { readonly id: string }>(
  things: readonly T[],
  serialize: (thing: T, index: number) => JsonObject,
): JsonObject {
  return Object.fromEntries(things.map((thing, index) => [thing.id, serialize(thing, index)]));
}

function resolvedMember(state: State, user: User, channel: Channel): [string, Json][] {
  const member = state.guildOf(channel)?.members.get(user.id);
  if (!member) return [];
  const permissions = state.permissionsOf(user.id, channel).toString();
  return [[user.id, { ...serializeBareMember(member), permissions }]];
}

function resolvedChannel(channel: Channel): JsonObject {
  return {
    id: channel.id,
    type: ChannelType.GuildText,
    name: channel.kind === 'guild_text' ? channel.name : '',
    permissions: '0',
    parent_id: null,
  };
}
