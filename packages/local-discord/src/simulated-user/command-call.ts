import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  PermissionFlagsBits,
} from 'discord-api-types/v10';
import type { JsonObject } from '../json.ts';
import type { OptionBody } from '../request-schemas/command-schema.ts';
import { type Command, commandContexts, commandInstalls, commandType } from '../state/command-store.ts';
import { type Channel, contextOf } from '../state/entities.ts';
import { ALL_PERMISSIONS } from '../state/permissions.ts';
import type { State } from '../state/state.ts';
import { ActionRefused } from './action-refused.ts';
import type { FindUpload } from './command-options.ts';
import type { Named } from './resolved.ts';

/** Why this user cannot call this command here, by Discord's command permissions; null: they can. */
export function callRefusal(state: State, command: Command, channel: Channel, userId: string): string | null {
  const name = shownName(command);
  if (!commandContexts(command).includes(contextOf(channel))) return `${name} is not available here`;
  if (Object.keys(installOwners(state, channel, userId, commandInstalls(command))).length === 0) {
    return `${name} is not installed here`;
  }
  if (channel.kind !== 'guild_text') return null;
  const permissions = state.permissionsOf(userId, channel);
  if (!(permissions & PermissionFlagsBits.UseApplicationCommands))
    return 'you may not use application commands here';
  const needed = command.definition.default_member_permissions;
  if (needed === null || needed === undefined || permissions === ALL_PERMISSIONS) return null;
  const bits = BigInt(needed);
  const allowed = bits !== 0n && (permissions & bits) === bits;
  return allowed ? null : `you do not have the permissions that ${name} asks for`;
}

/** The command's name; slash commands with their slash. */
export function shownName({ definition }: Command): string {
  return commandType(definition) === ApplicationCommandType.ChatInput
    ? `/${definition.name}`
    : definition.name;
}

/** `authorizing_integration_owners`: which of the installs that the command supports apply here. */
export function installOwners(
  state: State,
  channel: Channel,
  userId: string,
  installs: readonly number[],
): Record<string, string> {
  const byGuild = installs.includes(ApplicationIntegrationType.GuildInstall) && channel.kind !== 'group';
  const byUser = installs.includes(ApplicationIntegrationType.UserInstall) && state.userInstalls.has(userId);
  return {
    ...(byGuild
      ? { [ApplicationIntegrationType.GuildInstall]: channel.kind === 'guild_text' ? channel.guildId : '0' }
      : {}),
    ...(byUser ? { [ApplicationIntegrationType.UserInstall]: userId } : {}),
  };
}

/** The options of the subcommand at a path such as `queue pause`. Throws ActionRefused if there is none. */
export function optionsAt(command: Command, path: readonly string[]): readonly OptionBody[] {
  let options: readonly OptionBody[] = command.definition.options ?? [];
  for (const name of path) {
    const next = options.find((option) => option.name === name && isContainer(option));
    if (!next) throw new ActionRefused(`/${command.definition.name} has no subcommand ${name}`);
    options = next.options ?? [];
  }
  const deeper = options.filter(isContainer).map((option) => option.name);
  if (deeper.length > 0)
    throw new ActionRefused(`/${command.definition.name}: choose one of ${deeper.join(', ')}`);
  return options;
}

/** As optionsAt, but empty if there is no such subcommand. */
export function formsAt(command: Command, path: readonly string[]): readonly OptionBody[] {
  return path.reduce<readonly OptionBody[]>(
    (options, name) => options.find((option) => option.name === name)?.options ?? [],
    command.definition.options ?? [],
  );
}

/** `options` of a command's data: the options, nested in the subcommands of the path. */
export function nestedOptions(
  path: readonly string[],
  options: readonly JsonObject[],
): readonly JsonObject[] {
  return path.toReversed().reduce<readonly JsonObject[]>((inner, name, depth) => {
    const type =
      depth === 0 ? ApplicationCommandOptionType.Subcommand : ApplicationCommandOptionType.SubcommandGroup;
    return [{ name, type, options: inner }];
  }, options);
}

/** The objects that a command's options name by id. */
export function namedByOptions(options: readonly JsonObject[], findUpload: FindUpload): Named {
  const idsOf = (...types: readonly number[]): string[] =>
    options.filter(({ type }) => types.includes(Number(type))).map(({ value }) => String(value));
  const { User, Mentionable, Role, Channel: ChannelOption, Attachment } = ApplicationCommandOptionType;
  return {
    userIds: idsOf(User, Mentionable),
    roleIds: idsOf(Role, Mentionable),
    channelIds: idsOf(ChannelOption),
    attachments: idsOf(Attachment).flatMap((id) => findUpload(id) ?? []),
  };
}

function isContainer(option: OptionBody): boolean {
  return (
    option.type === ApplicationCommandOptionType.Subcommand ||
    option.type === ApplicationCommandOptionType.SubcommandGroup
  );
}
