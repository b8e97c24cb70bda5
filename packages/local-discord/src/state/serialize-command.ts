import type { Json, JsonObject } from '../json.ts';
import type { OptionBody } from '../request-schemas/command-schema.ts';
import { type Command, commandContexts, commandInstalls, commandType } from './command-store.ts';
import type { State } from './state.ts';

const LOCALIZATIONS = ['name_localizations', 'description_localizations'];
/** Discord's fallbacks for a missing translation, before the default text. */
const RELATED_LOCALES: Readonly<Record<string, string>> = {
  'en-US': 'en-GB',
  'en-GB': 'en-US',
  'es-419': 'es-ES',
};

/**
 * A command as Discord returns it: with defaults filled in, and without the keys that Discord drops (`required` and
 * `autocomplete` if false, empty `options`), since bots compare it with their definition.
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
    ...(options.length > 0
      ? { options: options.map((option) => serializeOption(option, withLocalizations)) }
      : {}),
  };
}

function serializeOption(option: OptionBody, withLocalizations: boolean): JsonObject {
  const { options = [], choices = [], ...own } = option;
  const isKept = ([key, value]: [string, unknown]): boolean =>
    value !== null &&
    value !== undefined &&
    value !== false &&
    (withLocalizations || !LOCALIZATIONS.includes(key));
  const kept = (fields: object): JsonObject => Object.fromEntries(Object.entries(fields).filter(isKept));
  return {
    ...kept(own),
    ...(choices?.length ? { choices: choices.map(kept) } : {}),
    ...(options?.length
      ? { options: options.map((inner) => serializeOption(inner, withLocalizations)) }
      : {}),
  };
}

/** A serialized command as a user of this language sees it: a `label` beside each `name`, descriptions translated. */
export function translateCommand(node: JsonObject, locale: string): JsonObject {
  const { name_localizations: names, description_localizations: descriptions, ...own } = node;
  const inner = (key: 'options' | 'choices'): JsonObject => {
    const nodes = node[key] as readonly JsonObject[] | undefined;
    return nodes ? { [key]: nodes.map((child) => translateCommand(child, locale)) } : {};
  };
  const description = textIn(descriptions, locale) ?? node.description;
  return {
    ...own,
    label: textIn(names, locale) ?? node.name ?? '',
    ...(description === undefined ? {} : { description }),
    ...inner('options'),
    ...inner('choices'),
  };
}

function textIn(texts: Json | undefined, locale: string): Json | undefined {
  const all = texts as JsonObject | null | undefined;
  return all?.[locale] ?? all?.[RELATED_LOCALES[locale] ?? ''];
}
