import { type APIApplicationCommand, type REST, Routes } from 'discord.js';
import type { AnyCommand } from './command.ts';
import { differs } from './command-difference.ts';

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
