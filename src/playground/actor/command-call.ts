import { OPTION_TYPES, type OptionForm } from '../forms/command-form.ts';
import type { Json, JsonObject } from '../json.ts';
import { bareMemberPayload, userPayload } from '../payloads/place-payloads.ts';
import { type Command, commandContexts, commandInstalls } from '../world/command-registry.ts';
import { ALL_PERMISSIONS, PERMISSIONS } from '../world/permissions.ts';
import type { Channel } from '../world/places.ts';
import type { World } from '../world/world.ts';
import { ActionRefused } from './action-refused.ts';

const CONTEXTS = { guild_text: 0, dm: 1, group: 2 } as const;
const CHAT_INPUT = 1;
const GUILD_INSTALL = 0;
const USER_INSTALL = 1;

/** Why this person cannot call this command here, or null; the rules are those of Discord's command permissions. */
export function callRefusal(world: World, command: Command, channel: Channel, userId: string): string | null {
  const name = `/${command.form.name}`;
  if (!commandContexts(command).includes(CONTEXTS[channel.kind])) return `${name} is not available here`;
  if (Object.keys(installOwners(world, channel, userId, commandInstalls(command))).length === 0) {
    return `${name} is not installed here`;
  }
  if (channel.kind !== 'guild_text') return null;
  const permissions = world.permissionsOf(userId, channel);
  if (!(permissions & PERMISSIONS.useApplicationCommands)) return 'you may not use application commands here';
  const needed = command.form.default_member_permissions;
  if (needed === null || needed === undefined || permissions === ALL_PERMISSIONS) return null;
  const bits = BigInt(needed);
  const allowed = bits !== 0n && (permissions & bits) === bits;
  return allowed ? null : `you do not have the permissions that ${name} asks for`;
}

/** `authorizing_integration_owners`: which of the installs that the command supports apply here. */
export function installOwners(
  world: World,
  channel: Channel,
  userId: string,
  installs: readonly number[],
): Record<string, string> {
  const byGuild = installs.includes(GUILD_INSTALL) && channel.kind !== 'group';
  const byUser = installs.includes(USER_INSTALL) && world.userInstalls.has(userId);
  return {
    ...(byGuild ? { [GUILD_INSTALL]: channel.kind === 'guild_text' ? channel.guildId : '0' } : {}),
    ...(byUser ? { [USER_INSTALL]: userId } : {}),
  };
}

/** The options of the subcommand that a path such as `queue pause` names; throws ActionRefused when there is none. */
export function optionsAt(command: Command, path: readonly string[]): readonly OptionForm[] {
  let options: readonly OptionForm[] = command.form.options ?? [];
  for (const name of path) {
    const next = options.find((option) => option.name === name && isContainer(option));
    if (!next) throw new ActionRefused(`/${command.form.name} has no subcommand ${name}`);
    options = next.options ?? [];
  }
  const deeper = options.filter(isContainer).map((option) => option.name);
  if (deeper.length > 0) throw new ActionRefused(`/${command.form.name}: choose one of ${deeper.join(', ')}`);
  return options;
}

/** `data` of a command interaction; the path wraps the options from inside out. */
export function commandData(
  world: World,
  command: { readonly id: string; readonly name: string },
  path: readonly string[],
  options: readonly JsonObject[],
  channel: Channel,
): JsonObject {
  const nested = path.toReversed().reduce<readonly JsonObject[]>((inner, name, depth) => {
    const type = depth === 0 ? OPTION_TYPES.subcommand : OPTION_TYPES.subcommandGroup;
    return [{ name, type, options: inner }];
  }, options);
  return {
    id: command.id,
    name: command.name,
    type: CHAT_INPUT,
    options: nested,
    ...(channel.kind === 'guild_text' ? { guild_id: channel.guildId } : {}),
    ...resolvedUsers(world, options, channel),
  };
}

function resolvedUsers(world: World, options: readonly JsonObject[], channel: Channel): JsonObject {
  const users = options
    .filter((option) => option.type === OPTION_TYPES.user || option.type === OPTION_TYPES.mentionable)
    .flatMap((option) => world.users.get(String(option.value)) ?? []);
  const channels = options
    .filter((option) => option.type === OPTION_TYPES.channel)
    .flatMap((option) => world.channels.get(String(option.value)) ?? []);
  if (users.length === 0 && channels.length === 0) return {};
  const guild = world.guildOf(channel);
  const members = users.flatMap((user): [string, Json][] => {
    const member = guild?.members.get(user.id);
    if (!member || channel.kind !== 'guild_text') return [];
    const permissions = world.permissionsOf(user.id, channel).toString();
    return [[user.id, { ...bareMemberPayload(member), permissions }]];
  });
  return {
    resolved: {
      users: Object.fromEntries(users.map((user) => [user.id, userPayload(user)])),
      members: Object.fromEntries(members),
      channels: Object.fromEntries(channels.map((found) => [found.id, resolvedChannel(found)])),
    },
  };
}

function resolvedChannel(channel: Channel): JsonObject {
  return {
    id: channel.id,
    type: 0,
    name: channel.kind === 'guild_text' ? channel.name : '',
    permissions: '0',
    parent_id: null,
  };
}

function isContainer(option: OptionForm): boolean {
  return option.type === OPTION_TYPES.subcommand || option.type === OPTION_TYPES.subcommandGroup;
}
