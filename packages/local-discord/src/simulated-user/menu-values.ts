import { ChannelType, ComponentType } from 'discord-api-types/v10';
import type { MenuBody } from '../request-schemas/menu-schema.ts';
import type { Channel } from '../state/entities.ts';
import type { State } from '../state/state.ts';
import type { Named } from './resolved.ts';

const { UserSelect, RoleSelect, MentionableSelect, ChannelSelect } = ComponentType;

/** The values that are chosen by default. */
export function defaultValues(menu: MenuBody): string[] {
  if (menu.type !== ComponentType.StringSelect) return (menu.default_values ?? []).map(({ id }) => id);
  return menu.options.filter((option) => option.default).map(({ value }) => value);
}

/** Why values cannot be chosen in a menu that is shown in this channel, or null. */
export function menuProblem(
  state: State,
  channel: Channel,
  menu: MenuBody,
  values: readonly string[],
): string | null {
  const strange = values.find((value) => !offers(state, channel, menu, value));
  if (strange !== undefined) return `the menu does not offer ${strange}`;
  if (new Set(values).size < values.length) return 'choose each value once';
  return countProblem(values.length, menu.min_values ?? 1, menu.max_values ?? 1);
}

/** The chosen ids of a menu of this type, by what they name. */
export function namedByMenu(type: number, values: readonly string[]): Named {
  return {
    userIds: type === UserSelect || type === MentionableSelect ? values : [],
    roleIds: type === RoleSelect || type === MentionableSelect ? values : [],
    channelIds: type === ChannelSelect ? values : [],
  };
}

export function countProblem(count: number, min: number, max: number): string | null {
  if (count >= min && count <= max) return null;
  return min === max ? `choose ${min}` : `choose ${min} to ${max}`;
}

function offers(state: State, channel: Channel, menu: MenuBody, value: string): boolean {
  const isRole = (state.guildOf(channel)?.roles ?? []).some(({ id }) => id === value);
  switch (menu.type) {
    case ComponentType.StringSelect:
      return menu.options.some((option) => option.value === value);
    case UserSelect:
      return state.users.has(value);
    case RoleSelect:
      return isRole;
    case MentionableSelect:
      return isRole || state.users.has(value);
    case ChannelSelect:
      return offersChannel(state, channel, menu.channel_types, value);
  }
}

/** Offers the guild's text channels, the only kind here. */
function offersChannel(state: State, here: Channel, types: unknown, value: string): boolean {
  const chosen = state.channels.get(value);
  const isSameGuild = chosen?.kind === 'guild_text' && chosen.guildId === state.guildOf(here)?.id;
  const takesText = !Array.isArray(types) || types.length === 0 || types.includes(ChannelType.GuildText);
  return isSameGuild && takesText;
}
