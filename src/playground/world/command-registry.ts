import type { Clock } from '../clock.ts';
import type { Feed } from '../feed.ts';
import type { CommandForm } from '../forms/command-form.ts';
import { DiscordError } from '../rest/discord-error.ts';
import type { NextId } from '../snowflake.ts';

const DAILY_CREATES = 200;
const DAY_MS = 24 * 60 * 60_000;

export interface Command {
  readonly id: string;
  /** Null for a command that is known everywhere. */
  readonly guildId: string | null;
  readonly version: string;
  readonly form: CommandForm;
}

/** Where a command may be used: 0 guild, 1 DM with the bot, 2 other private channels. */
export type CommandContext = 0 | 1 | 2;

/** What the application has deployed. Nothing else can be called. */
export class CommandRegistry {
  readonly #commands = new Map<string, Command>();
  readonly #createdAt: number[] = [];
  readonly #clock: Clock;
  readonly #nextId: NextId;
  readonly #feed: Feed;

  constructor(clock: Clock, nextId: NextId, feed: Feed) {
    this.#clock = clock;
    this.#nextId = nextId;
    this.#feed = feed;
  }

  list(guildId: string | null): Command[] {
    return [...this.#commands.values()].filter((command) => command.guildId === guildId);
  }

  /** Throws 10063. */
  require(guildId: string | null, id: string): Command {
    const command = this.#commands.get(id);
    if (!command || command.guildId !== guildId) throw new DiscordError(10063);
    return command;
  }

  /** A guild's own command hides a global one of the same name. */
  find(name: string, guildId: string | null): Command | undefined {
    const named = (list: Command[]): Command | undefined =>
      list.find((command) => command.form.name === name);
    return (guildId === null ? undefined : named(this.list(guildId))) ?? named(this.list(null));
  }

  /** A name that exists is updated and keeps its id. Throws 30034 after 200 creates in a day. */
  upsert(guildId: string | null, form: CommandForm): { command: Command; created: boolean } {
    const existing = this.list(guildId).find((command) => command.form.name === form.name);
    if (!existing) this.#countCreate();
    const command = this.#save(existing?.id ?? this.#nextId(), guildId, form);
    this.#feed.emit('commands');
    return { command, created: existing === undefined };
  }

  update(command: Command, form: CommandForm): Command {
    const updated = this.#save(command.id, command.guildId, form);
    this.#feed.emit('commands');
    return updated;
  }

  /** After this exactly the given commands exist; those that keep their name keep their id. */
  replaceAll(guildId: string | null, forms: readonly CommandForm[]): Command[] {
    const names = new Set(forms.map((form) => form.name));
    for (const command of this.list(guildId)) {
      if (!names.has(command.form.name)) this.#commands.delete(command.id);
    }
    const commands = forms.map((form) => this.upsert(guildId, form).command);
    this.#feed.emit('commands');
    return commands;
  }

  delete(command: Command): void {
    this.#commands.delete(command.id);
    this.#feed.emit('commands');
  }

  #save(id: string, guildId: string | null, form: CommandForm): Command {
    const command: Command = { id, guildId, version: this.#nextId(), form };
    this.#commands.set(id, command);
    return command;
  }

  #countCreate(): void {
    const since = this.#clock.now() - DAY_MS;
    if (this.#createdAt.filter((at) => at > since).length >= DAILY_CREATES) throw new DiscordError(30034);
    this.#createdAt.push(this.#clock.now());
  }
}

/** Without `contexts` a command works everywhere that `dm_permission` (default: yes) allows. */
export function commandContexts(command: Command): readonly number[] {
  if (command.guildId !== null) return [0];
  if (command.form.contexts) return command.form.contexts;
  return command.form.dm_permission === false ? [0] : [0, 1, 2];
}

/** Without `integration_types` a command is there through guild installs only. */
export function commandInstalls(command: Command): readonly number[] {
  return command.form.integration_types ?? [0];
}
