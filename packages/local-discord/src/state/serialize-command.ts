import type { Json, JsonObject } from '../json.ts';
import type { OptionBody } from '../request-schemas/command-schema.ts';
import type { Command } from './command-store.ts';
import { commandContexts, commandInstalls, commandType } from './command-store.ts';
import type { State } from './state.ts';

/**
 * A command as Discord returns it: filled in where the definition was silent, and without the keys that it drops
 * (`required` and `autocomplete` when false, empty `options`), so that a bot's comparison meets both.
 */
export function serializeCommand(state: State, command: Command, withLocalizations: boolean): JsonObject {
  const { definition, guildId } = command;
  const options = definition.options ?? [];
  return {
    id: command.id,
    application_id: state.applicationId,
    version: command.version,
    type: commandType(definition),
    name: definition.name,
    description: definition.description ?? '',
    default_member_permissions: definition.default_member_permissions ?? null,
    nsfw: definition.nsfw ?? false,
    integration_types: commandInstalls(command),
    ...(guildId === null
      ? { dm_permission: commandContexts(command).includes(1), contexts: definition.contexts ?? null }
      : { guild_id: guildId }),
    ...(withLocalizations
      ? {
          name_localizations: definition.name_localizations ?? null,
          description_localizations: definition.description_localizations ?? null,
        }
      : {}),
    ...(options.length > 0 ? { options: options.map((option) => serializeOption(option)) } : {}),
  };
}

function serializeOption(option: OptionBody): JsonObject {
  const { options, ...own } = option;
  const kept = Object.entries(own).filter(
    ([, value]) => value !== null && value !== undefined && value !== false,
  );
  return {
    ...(Object.fromEntries(kept) as { [key: string]: Json }),
    ...(options && options.length > 0 ? { options: options.map(serializeOption) } : {}),
  };
}
