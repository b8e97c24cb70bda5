import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';
import { attachmentFiles } from './attachment-files.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Context, createContext } from './context.ts';
import type { GatewayCounts } from './gateway.ts';
import { type LocalServer, listen } from './local-server.ts';
import { createApi } from './rest/api.ts';
import { RateLimits } from './rest/rate-limits.ts';
import { type LoggedRequest, RequestLog } from './rest/request-log.ts';
import { type ScriptedFailure, ScriptedFailures } from './rest/scripted-failures.ts';
import { SimulatedUser } from './simulated-user/simulated-user.ts';
import { APPLICATION_ID } from './state/build-seed.ts';
import type { Channel, Guild, User } from './state/entities.ts';
import type { DiscordEvents } from './state/events.ts';
import type { Interaction } from './state/interaction.ts';
import type { Attachment, Message } from './state/message.ts';
import { DEFAULT_SEED, defaultGuild, type Seed } from './state/seed.ts';
import { describeMessages, type WaitOptions, waitUntil } from './wait-for.ts';

/** Discord's default; boosted guilds allow more. */
const DEFAULT_FILE_LIMIT_BYTES = 10 * 1024 * 1024;

/** The most unknown requests that are noted, so that a bot that repeats them does not fill the memory. */
const KEPT_UNKNOWN_ROUTES = 1000;

/** `application`, `users`, `guilds` and `groups` say who and what exists; each has a default. */
export interface LocalDiscordOptions extends Partial<Seed> {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly clock?: Clock;
  /** `page` of `local-discord/page`. Without it there is no page, only API and gateway. */
  readonly page?: (parts: PageParts) => Hono;
  /** Lines that the page offers to try, such as `/ping`. */
  readonly examples?: readonly string[];
  /** The folder in which messages, files and commands are kept for the next run. Default: none. */
  readonly folder?: string;
  /** Larger files are refused with 40005. */
  readonly maxFileBytes?: number;
  /** Gateway connections that bots are asked to open, each for its part of the guilds. Default 1. */
  readonly shards?: number;
  /** Answers requests beyond Discord's rate limits with 429; by default they are only counted. */
  readonly strictRateLimits?: boolean;
  /** Called for each request without a route; default: prints a line on stderr. */
  readonly onUnknownRoute?: (route: string) => void;
}

export interface PageParts {
  readonly context: Context;
  readonly examples: readonly string[];
  readonly actAs: LocalDiscord['actAs'];
}

export interface ActOptions {
  /** A channel's name or id; `dm` is the user's DM with the bot. Default: the first channel of the first guild. */
  readonly channel?: string | undefined;
  /** Skips every check that Discord makes before it sends an action to the bot. */
  readonly unchecked?: boolean;
}

/**
 * Starts a local Discord on loopback. Rejects with EADDRINUSE if the port is taken, and with a sentence if the folder
 * cannot be used or the guilds name users or roles that do not exist.
 */
export async function startLocalDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  const server = await listen(options.port ?? 0);
  try {
    return new LocalDiscord(server, options);
  } catch (fault) {
    await server.close();
    throw fault;
  }
}

/**
 * Enough of Discord for a bot with commands, buttons, menus and forms, and everything that a test or a page needs to act
 * as its users. A bot connects with `apiBase` and `token`.
 */
export class LocalDiscord {
  readonly url: string;
  /** For `rest: { api }` of discord.js. */
  readonly apiBase: string;
  readonly token: string;
  /** `METHOD /path` of each request that has no route here (answered with 501). */
  readonly unknownRoutes: string[] = [];
  /** For settings without a method here: overwrites of channels, closed DMs, file limits, commands. */
  readonly context: Context;
  readonly #server: LocalServer;
  readonly #failures = new ScriptedFailures();
  readonly #requests = new RequestLog();

  constructor(server: LocalServer, options: LocalDiscordOptions) {
    const { clock = systemClock, page, examples = [] } = options;
    this.url = server.url;
    this.apiBase = `${server.url}/api`;
    this.token = createToken();
    this.#server = server;
    this.context = createContext({
      seed: { ...DEFAULT_SEED, ...seedOf(options) },
      clock,
      baseUrl: server.url,
      token: this.token,
      folder: options.folder ?? null,
      maxFileBytes: options.maxFileBytes ?? DEFAULT_FILE_LIMIT_BYTES,
      shards: options.shards ?? 1,
    });
    const { context } = this;
    const api = createApi({
      context,
      token: this.token,
      rateLimits: new RateLimits(clock, options.strictRateLimits ?? false),
      failures: this.#failures,
      requests: this.#requests,
      onUnknownRoute: (route) => {
        if (this.unknownRoutes.length < KEPT_UNKNOWN_ROUTES) this.unknownRoutes.push(route);
        (options.onUnknownRoute ?? complain)(route);
      },
    });
    const actAs = this.actAs.bind(this);
    server.serve({
      apps: [
        api,
        attachmentFiles(context.attachments),
        ...(page ? [page({ context, examples, actAs })] : []),
      ],
      upgrade: (request, socket, head) => context.gateway.upgrade(request, socket, head),
    });
  }

  get applicationId(): string {
    return this.context.state.applicationId;
  }

  /** The id of the first guild. */
  get guildId(): string {
    return this.context.state.homeGuild.id;
  }

  /** The latest 2000 requests of bots, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#requests.entries;
  }

  get gateway(): GatewayCounts {
    return this.context.gateway.counts;
  }

  get events(): DiscordEvents {
    return this.context.events;
  }

  /** By user name or id. Throws TypeError for a user who does not exist. */
  user(name: string): User {
    return this.context.state.requireUser(name);
  }

  /** By name or id. Throws TypeError for a guild that does not exist. */
  guild(name: string): Guild {
    return this.context.state.requireGuild(name);
  }

  /** The id of a channel by name; `dm-mika` is Mika's DM with the bot. Throws TypeError for an unknown channel. */
  channelId(name: string): string {
    return this.context.state.requireChannel(name).id;
  }

  /** Acts as a user, by name or id (null: the first one), in one channel. Throws TypeError for an unknown user or channel. */
  actAs(name: string | null, { channel, unchecked = false }: ActOptions = {}): SimulatedUser {
    const user = name === null ? this.context.state.homeUser : this.user(name);
    return new SimulatedUser(this.context, { user, channel: this.#channelOf(user, channel), unchecked });
  }

  /** Adds a member to the first guild; `permissions` are added to those of everyone. */
  addMember(displayName: string, permissions = 0n): User {
    return this.context.state.addMember(this.context.nextId(), displayName, permissions);
  }

  /** All messages of a channel, ephemeral ones too, oldest first. Default: the first channel. */
  messages(channel?: string): Message[] {
    const { state, messages } = this.context;
    return messages.inChannel((channel ? state.requireChannel(channel) : state.homeChannel).id);
  }

  message(id: string): Message | undefined {
    return this.context.messages.get(id);
  }

  /** The bytes of a file that a message shows. */
  bytesOf(attachment: Attachment): Uint8Array {
    return this.context.attachments.bytes(attachment.id);
  }

  /** The present `@original` message of an interaction. */
  original({ state }: Interaction): Message | undefined {
    return state.kind === 'answered' ? this.message(state.originalId ?? '') : undefined;
  }

  /** Resolves with the latest message of a channel that fits, now or later. */
  waitForMessage(
    fits: (message: Message) => boolean,
    options: WaitOptions & { readonly channel?: string } = {},
  ): Promise<Message> {
    const all = (): Message[] => this.messages(options.channel);
    const wait = { what: 'a message', ...options };
    return waitUntil(
      this.events,
      () => all().findLast(fits),
      () => describeMessages(all()),
      wait,
    );
  }

  /** Resolves with the interaction's `@original` message once it fits. */
  waitForOriginal(
    interaction: Interaction,
    fits: (message: Message) => boolean,
    options?: WaitOptions,
  ): Promise<Message> {
    const look = (): Message | undefined => {
      const message = this.original(interaction);
      return message && fits(message) ? message : undefined;
    };
    const describe = (): string =>
      describeMessages([this.original(interaction)].filter((found) => found !== undefined));
    return waitUntil(this.events, look, describe, { what: 'the answer', ...options });
  }

  /** Resolves once the bot has deployed a command of this name. */
  waitForCommand(name: string, options?: WaitOptions): Promise<unknown> {
    const look = () => this.context.commands.find(name, this.guildId);
    return waitUntil(this.events, look, () => 'it is not deployed', { what: `/${name}`, ...options });
  }

  /** Resolves once so many gateway sessions are open, by default one. A sharded bot has one for each shard. */
  waitForBot({ shards = 1, ...options }: WaitOptions & { readonly shards?: number } = {}): Promise<true> {
    const { gateway } = this.context;
    const look = (): true | undefined => (gateway.shards.length >= shards ? true : undefined);
    const describe = (): string => `${gateway.shards.length} of ${shards} sessions are open`;
    return waitUntil(this.events, look, describe, { what: 'a bot', ...options });
  }

  /**
   * Makes the next requests of a route fail: `failNext('POST /channels/{channel_id}/messages', { status: 500 })`.
   * The returned function cancels the failures that are left; `times: Infinity` is an outage that lasts until then.
   */
  failNext(route: string | RegExp, failure: ScriptedFailure): () => void {
    return this.#failures.add(route, failure);
  }

  /** Breaks the gateway connections without a close frame; sessions can be resumed. */
  cutSockets(): void {
    this.context.gateway.cutSockets();
  }

  /** Closes the gateway connections with one of Discord's close codes, such as 4004: authentication failed. */
  closeSockets(code: number): void {
    this.context.gateway.closeSockets(code);
  }

  async close(): Promise<void> {
    this.context.gateway.close();
    await this.#server.close();
    this.context.storage.close();
  }

  #channelOf(user: User, name: string | undefined): Channel {
    const { state } = this.context;
    if (name === undefined) return state.homeChannel;
    return (name === 'dm' ? state.dmWith(user.id) : undefined) ?? state.requireChannel(name);
  }
}

function seedOf(options: LocalDiscordOptions): Partial<Seed> {
  const { application, users, guilds, groups = [] } = options;
  if (!users) return application ? { application } : {};
  return { ...(application && { application }), users, guilds: guilds ?? [defaultGuild(users)], groups };
}

/** Has the form of a real token: id, time and secret, each in base64url. */
function createToken(): string {
  const id = Buffer.from(APPLICATION_ID).toString('base64url');
  return `${id}.${randomBytes(4).toString('base64url')}.${randomBytes(28).toString('base64url')}`;
}

function complain(route: string): void {
  process.stderr.write(`The local Discord answered 501: it has no ${route}\n`);
}
