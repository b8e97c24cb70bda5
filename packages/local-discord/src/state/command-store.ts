import { ApplicationCommandType, RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Clock } from '../clock.ts';
import { DiscordError } from '../discord-error.ts';
import type { CommandBody } from '../request-schemas/command-schema.ts';
import type { NextId } from '../snowflake.ts';
import type { DiscordEvents } from './events.ts';
import type { Storage } from './storage.ts';

const DAILY_CREATES = 200;
/** The most commands of one type, globally or in one guild. */
const MOST_COMMANDS: Readonly<Record<number, number>> = {
  [ApplicationCommandType.ChatInput]: 100,
  [ApplicationCommandType.User]: 15,
  [ApplicationCommandType.Message]: 15,
};
const DAY_MS = 24 * 60 * 60_000;

export interface Command {
  readonly id: string;
  /** Null for a global command. */
  readonly guildId: string | null;
  readonly version: string;
  readonly definition: CommandBody;
}

export interface CommandStoreParts {
  readonly clock: Clock;
  readonly nextId: NextId;
  readonly events: DiscordEvents;
  readonly storage: Storage;
}

/** The commands that the application has deployed. */
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

  /** A guild's command hides a global one of the same name and type. Without `type`, finds the first of any type. */
  find(name: string, guildId: string | null, type?: ApplicationCommandType): Command | undefined {
    const named = (list: Command[]): Command | undefined =>
      list.find(
        ({ definition }) =>
          definition.name === name && (type === undefined || commandType(definition) === type),
      );
    return (guildId === null ? undefined : named(this.list(guildId))) ?? named(this.list(null));
  }

  /** Creates a command, or updates the one of the same name and type. Throws 30032 for too many, 30034 after 200 creates in a day. */
  upsert(guildId: string | null, definition: CommandBody): { command: Command; created: boolean } {
    const upserted = this.#upsert(guildId, definition);
    this.#events.emit('commands');
    return upserted;
  }

  update(command: Command, definition: CommandBody): Command {
    const updated = this.#save(command.id, command.guildId, definition);
    this.#events.emit('commands');
    return updated;
  }

  /** Replaces all commands; those with the same name and type keep their id. Throws as upsert does. */
  replaceAll(guildId: string | null, definitions: readonly CommandBody[]): Command[] {
    for (const type of new Set(definitions.map(commandType)))
      requireAtMost(type, definitions.filter((definition) => commandType(definition) === type).length);
    for (const command of this.list(guildId)) {
      if (!definitions.some((definition) => isSame(command.definition, definition))) this.#remove(command);
    }
    try {
      return definitions.map((definition) => this.#upsert(guildId, definition).command);
    } finally {
      // Once for all, because every open page reloads its view; also after a failure, when some were saved.
      this.#events.emit('commands');
    }
  }

  delete(command: Command): void {
    this.#remove(command);
    this.#events.emit('commands');
  }

  #upsert(guildId: string | null, definition: CommandBody): { command: Command; created: boolean } {
    const existing = this.list(guildId).find((command) => isSame(command.definition, definition));
    if (!existing) {
      this.#requireRoom(guildId, commandType(definition));
      this.#countCreate();
    }
    const command = this.#save(existing?.id ?? this.#nextId(), guildId, definition);
    return { command, created: existing === undefined };
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

  #requireRoom(guildId: string | null, type: number): void {
    const others = this.list(guildId).filter(({ definition }) => commandType(definition) === type);
    requireAtMost(type, others.length + 1);
  }

  #countCreate(): void {
    const since = this.#clock.now() - DAY_MS;
    this.#createdAt = this.#createdAt.filter((at) => at > since);
    if (this.#createdAt.length >= DAILY_CREATES)
      throw new DiscordError(RESTJSONErrorCodes.MaximumDailyApplicationCommandCreatesReached);
    this.#createdAt.push(this.#clock.now());
  }
}

function requireAtMost(type: number, count: number): void {
  if (count > (MOST_COMMANDS[type] ?? 0))
    throw new DiscordError(RESTJSONErrorCodes.MaximumNumberOfApplicationCommandsReached);
}

export function commandType({ type }: CommandBody): ApplicationCommandType {
  return type ?? ApplicationCommandType.ChatInput;
}

/** Whether two definitions have the same name and type. */
export function isSame(a: CommandBody, b: CommandBody): boolean {
  return a.name === b.name && commandType(a) === commandType(b);
}

/**
 * Where a command works: 0 guild, 1 DM with the bot, 2 other private channels; without `contexts`, everywhere that
 * `dm_permission` (default: true) allows.
 */
export function commandContexts(command: Command): readonly number[] {
  if (command.guildId !== null) return [0];
  if (command.definition.contexts) return command.definition.contexts;
  return command.definition.dm_permission === false ? [0] : [0, 1, 2];
}

/** The installs that a command supports; by default guild installs only. */
export function commandInstalls(command: Command): readonly number[] {
  return command.definition.integration_types ?? [0];
}
