import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Clock } from '../clock.ts';
import { DiscordError } from '../discord-error.ts';
import type { CommandBody } from '../request-schemas/command-schema.ts';
import type { NextId } from '../snowflake.ts';
import type { DiscordEvents } from './events.ts';
import type { Storage } from './storage.ts';

const DAILY_CREATES = 200;
const DAY_MS = 24 * 60 * 60_000;

export interface Command {
  readonly id: string;
  /** Null for a command that is known everywhere. */
  readonly guildId: string | null;
  readonly version: string;
  readonly definition: CommandBody;
}

/** Where a command may be used: 0 guild, 1 DM with the bot, 2 other private channels. */
export type CommandContext = 0 | 1 | 2;

export interface CommandStoreParts {
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly events: DiscordEvents;
  readonly storage: Storage;
}

/** What the application has deployed. Nothing else can be called. */
export class CommandStore {
  readonly #commands = new Map<string, Command>();
  /** Epoch ms of the creates of the last day. */
  #createdAt: number[] = [];
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #events: DiscordEvents;
  readonly #storage: Storage;

  constructor({ clock, nextId, events, storage }: CommandStoreParts) {
    this.#clock = clock;
    this.#nextId = nextId;
    this.#events = events;
    this.#storage = storage;
    for (const command of storage.records<Command>('command')) this.#commands.set(command.id, command);
  }

  list(guildId: string | null): Command[] {
    return [...this.#commands.values()].filter((command) => command.guildId === guildId);
  }

  /** Throws 10063. */
  require(guildId: string | null, id: string): Command {
    const command = this.#commands.get(id);
    if (!command || command.guildId !== guildId)
      throw new DiscordError(RESTJSONErrorCodes.UnknownApplicationCommand);
    return command;
  }

  /** A guild's own command hides a global one of the same name. */
  find(name: string, guildId: string | null): Command | undefined {
    const named = (list: Command[]): Command | undefined =>
      list.find((command) => command.definition.name === name);
    return (guildId === null ? undefined : named(this.list(guildId))) ?? named(this.list(null));
  }

  /** A name that exists is updated and keeps its id. Throws 30034 after 200 creates in a day. */
  upsert(guildId: string | null, definition: CommandBody): { command: Command; created: boolean } {
    const existing = this.list(guildId).find((command) => command.definition.name === definition.name);
    if (!existing) this.#countCreate();
    const command = this.#save(existing?.id ?? this.#nextId(), guildId, definition);
    this.#events.emit('commands');
    return { command, created: existing === undefined };
  }

  update(command: Command, definition: CommandBody): Command {
    const updated = this.#save(command.id, command.guildId, definition);
    this.#events.emit('commands');
    return updated;
  }

  /** After this exactly the given commands exist; those that keep their name keep their id. */
  replaceAll(guildId: string | null, definitions: readonly CommandBody[]): Command[] {
    const names = new Set(definitions.map((definition) => definition.name));
    for (const command of this.list(guildId)) {
      if (!names.has(command.definition.name)) this.#remove(command);
    }
    const commands = definitions.map((definition) => this.upsert(guildId, definition).command);
    this.#events.emit('commands');
    return commands;
  }

  delete(command: Command): void {
    this.#remove(command);
    this.#events.emit('commands');
  }

  #remove(command: Command): void {
    this.#commands.delete(command.id);
    this.#storage.delete('command', command.id);
  }

  #save(id: string, guildId: string | null, definition: CommandBody): Command {
    const command: Command = { id, guildId, version: this.#nextId(), definition };
    this.#commands.set(id, command);
    this.#storage.put('command', id, command);
    return command;
  }

  #countCreate(): void {
    const since = this.#clock.now() - DAY_MS;
    this.#createdAt = this.#createdAt.filter((at) => at > since);
    if (this.#createdAt.length >= DAILY_CREATES)
      throw new DiscordError(RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached);
    this.#createdAt.push(this.#clock.now());
  }
}

/** Without `contexts` a command works everywhere that `dm_permission` (default: yes) allows. */
export function commandContexts(command: Command): readonly number[] {
  if (command.guildId !== null) return [0];
  if (command.definition.contexts) return command.definition.contexts;
  return command.definition.dm_permission === false ? [0] : [0, 1, 2];
}

/** Without `integration_types` a command is there through guild installs only. */
export function commandInstalls(command: Command): readonly number[] {
  return command.definition.integration_types ?? [0];
}
