import type { OptionForm } from '../forms/command-form.ts';
import type { Json, JsonObject } from '../json.ts';
import { APPLICATION_ID } from '../world/cast.ts';
import type { Command } from '../world/command-registry.ts';
import { commandContexts, commandInstalls } from '../world/command-registry.ts';

const CHAT_INPUT = 1;

/**
 * A command as Discord returns it: filled in where the form was silent, and without the keys that it drops
 * (`required` and `autocomplete` when false, empty `options`), so that a bot's comparison meets both.
 */
export function commandPayload(command: Command, withLocalizations: boolean): JsonObject {
  const { form, guildId } = command;
  const options = form.options ?? [];
  return {
    id: command.id,
    application_id: APPLICATION_ID,
    version: command.version,
    type: CHAT_INPUT,
    name: form.name,
    description: form.description,
    default_member_permissions: form.default_member_permissions ?? null,
    nsfw: form.nsfw ?? false,
    integration_types: commandInstalls(command),
    ...(guildId === null
      ? { dm_permission: commandContexts(command).includes(1), contexts: form.contexts ?? null }
      : { guild_id: guildId }),
    ...(withLocalizations
      ? {
          name_localizations: form.name_localizations ?? null,
          description_localizations: form.description_localizations ?? null,
        }
      : {}),
    ...(options.length > 0 ? { options: options.map((option) => optionPayload(option)) } : {}),
  };
}

function optionPayload(option: OptionForm): JsonObject {
  const { options, ...own } = option;
  const kept = Object.entries(own).filter(
    ([, value]) => value !== null && value !== undefined && value !== false,
  );
  return {
    ...(Object.fromEntries(kept) as { [key: string]: Json }),
    ...(options && options.length > 0 ? { options: options.map(optionPayload) } : {}),
  };
}
