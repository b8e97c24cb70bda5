import { isDeepStrictEqual } from 'node:util';
import { type APIApplicationCommand, ApplicationIntegrationType, type REST, Routes } from 'discord.js';
import type { AnyCommand } from './command.ts';

export interface Registration {
  readonly created: readonly string[];
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** Command name → id, of all commands as they are now. */
  readonly ids: ReadonlyMap<string, string>;
}

/**
 * Updates Discord's list of global commands to `definitions`, writing only the differences: Discord allows 200
 * creations a day, and every write makes all clients reload the list. Rejects with DiscordAPIError.
 */
export async function registerCommands(
  rest: REST,
  applicationId: string,
  definitions: readonly AnyCommand['definition'][],
): Promise<Registration> {
  const route = Routes.applicationCommands(applicationId);
  const query = new URLSearchParams({ with_localizations: 'true' });
  const present = (await rest.get(route, { query })) as APIApplicationCommand[];
  const byName = new Map(present.map((command) => [command.name, command]));
  const wanted = new Set(definitions.map(({ name }) => name));
  const created = definitions.filter(({ name }) => !byName.has(name));
  const changed = definitions.filter((definition) => {
    const there = byName.get(definition.name);
    return there !== undefined && differs(definition, there);
  });
  const deleted = present.filter(({ name }) => !wanted.has(name));
  for (const { id } of deleted) await rest.delete(Routes.applicationCommand(applicationId, id));
  for (const body of [...created, ...changed]) {
    const command = (await rest.post(route, { body })) as APIApplicationCommand;
    byName.set(command.name, command);
  }
  const ids = new Map([...wanted].map((name) => [name, byName.get(name)?.id ?? '']));
  return { created: namesOf(created), changed: namesOf(changed), deleted: namesOf(deleted), ids };
}

function namesOf(commands: readonly { readonly name: string }[]): string[] {
  return commands.map(({ name }) => name);
}

/** Whether Discord's copy of a command differs from its definition. */
export function differs(definition: AnyCommand['definition'], present: APIApplicationCommand): boolean {
  return !isDeepStrictEqual(normalized(definition), normalized(present));
}

/** Discord adds these defaults to a definition that omits them, and drops them from one that names them. */
const COMMAND_DEFAULTS: Readonly<Record<string, unknown>> = {
  type: 1,
  // Commands of menus have none.
  description: '',
  nsfw: false,
  contexts: null,
  default_member_permissions: null,
  integration_types: [ApplicationIntegrationType.GuildInstall],
  options: [],
};
const OPTION_DEFAULTS: Readonly<Record<string, unknown>> = {
  required: false,
  autocomplete: false,
  options: [],
};
const WORDS = ['name', 'name_localizations', 'description', 'description_localizations'];
const COMMAND_FIELDS = [...WORDS, ...Object.keys(COMMAND_DEFAULTS)];
const OPTION_FIELDS = [
  ...WORDS,
  'type',
  'choices',
  'channel_types',
  'min_value',
  'max_value',
  'min_length',
  'max_length',
  ...Object.keys(OPTION_DEFAULTS),
];

type Fields = Readonly<Record<string, unknown>>;

/** The fields we define, with defaults; ids and versions of Discord's copy do not count. */
function normalized(command: object): Fields {
  const all: Fields = { ...COMMAND_DEFAULTS, ...withoutNull(command) };
  const options = (all.options as object[]).map(normalizedOption);
  return {
    ...picked(all, COMMAND_FIELDS),
    contexts: sorted(all.contexts),
    integration_types: sorted(all.integration_types),
    options,
  };
}

function normalizedOption(option: object): Fields {
  const all: Fields = { ...OPTION_DEFAULTS, ...withoutNull(option) };
  const choices = (all.choices as object[] | undefined)?.map((choice) =>
    picked(withoutNull(choice), ['name', 'name_localizations', 'value']),
  );
  const options = (all.options as object[]).map(normalizedOption);
  return {
    ...picked(all, OPTION_FIELDS),
    ...(choices && { choices }),
    channel_types: sorted(all.channel_types),
    options,
  };
}

function picked(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]),
  );
}

function withoutNull(fields: object): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? [...list].sort((a, b) => Number(a) - Number(b)) : list;
}
