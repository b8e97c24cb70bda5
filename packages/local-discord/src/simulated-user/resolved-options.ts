import { ApplicationCommandOptionType, ChannelType } from 'discord-api-types/v10';
import type { Json, JsonObject } from '../json.ts';
import { serializeBareMember, serializeRole, serializeUser } from '../serializers/guild.ts';
import { serializeAttachment } from '../serializers/message.ts';
import type { Channel, User } from '../state/entities.ts';
import type { State } from '../state/state.ts';
import type { FindUpload } from './command-options.ts';

const {
  User: USER,
  Mentionable,
  Role,
  Channel: CHANNEL,
  Attachment: ATTACHMENT,
} = ApplicationCommandOptionType;

/** `resolved` of a command's data: what the ids among its options stand for; nothing where there are none. */
export function resolvedOptions(
  state: State,
  options: readonly JsonObject[],
  channel: Channel,
  findUpload: FindUpload,
): JsonObject {
  const idsOf = (...types: readonly number[]): string[] =>
    options.filter(({ type }) => types.includes(Number(type))).map(({ value }) => String(value));
  const users = idsOf(USER, Mentionable).flatMap((id) => state.users.get(id) ?? []);
  const channels = idsOf(CHANNEL).flatMap((id) => state.channels.get(id) ?? []);
  const roleIds = idsOf(Role, Mentionable);
  const roles = (state.guildOf(channel)?.roles ?? []).filter(({ id }) => roleIds.includes(id));
  const attachments = idsOf(ATTACHMENT).flatMap((id) => findUpload(id) ?? []);
  if (users.length + channels.length + roles.length + attachments.length === 0) return {};
  return {
    resolved: {
      users: byId(users, serializeUser),
      members: Object.fromEntries(users.flatMap((user) => resolvedMember(state, user, channel))),
      channels: byId(channels, resolvedChannel),
      roles: byId(roles, serializeRole),
      attachments: byId(attachments, (file) => serializeAttachment(file, state.baseUrl, true)),
    },
  };
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
