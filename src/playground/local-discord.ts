import { randomBytes } from 'node:crypto';
import { Actor } from './actor/actor.ts';
import { describeMessages, type WaitOptions, waitUntil } from './actor/wait-for.ts';
import { assembleDiscord, createRoutes } from './assemble.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Feed } from './feed.ts';
import type { GatewayCounts } from './gateway/gateway.ts';
import { type LocalServer, listen } from './http/local-server.ts';
import { RateLimits } from './http/rate-limits.ts';
import { type LoggedRequest, RequestLog } from './http/request-log.ts';
import { type ScriptedFailure, ScriptedFailures } from './http/scripted-failures.ts';
import type { Interaction } from './interactions/interaction.ts';
import type { Message } from './messages/message.ts';
import type { DiscordParts } from './rest/parts.ts';
import {
  APPLICATION_ID,
  BOT,
  CHANNEL_IDS,
  type ChannelName,
  GUILD_ID,
  PEOPLE,
  type PersonName,
} from './world/cast.ts';
import type { Channel, User } from './world/places.ts';

/** Discord's default; boosted servers allow more. */
const DEFAULT_FILE_LIMIT_BYTES = 10 * 1024 * 1024;

export interface LocalDiscordOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Per file; more is refused with 40005. */
  readonly maxFileBytes?: number;
  /** Refuse what goes over Discord's rate limits with 429; by default they are only counted. */
  readonly strictRateLimits?: boolean;
  /** Default: one line on stderr. */
  readonly onUnknownRoute?: (route: string) => void;
}

export interface ActorOptions {
  /** A channel's name or id; `dm` is the person's own with the bot. Default `music`. */
  readonly channel?: ChannelName | 'dm' | (string & {});
  /** Skips every check that Discord makes before the bot hears of an action. */
  readonly unchecked?: boolean;
}

/** Starts a Discord of one's own on this machine, loopback only. Rejects when the port is taken. */
export async function startLocalDiscord(options: LocalDiscordOptions = {}): Promise<LocalDiscord> {
  const server = await listen(options.port ?? 0);
  return new LocalDiscord(server, options);
}

/**
 * Enough of Discord for a bot of this kind, with everything that a test or a page needs to play its people. A bot
 * connects by configuration alone: `apiBase` and `token`.
 */
export class LocalDiscord {
  readonly url: string;
  /** For `rest: { api }` of discord.js and for DISCORD_API_BASE. */
  readonly apiBase: string;
  readonly token: string;
  readonly applicationId = APPLICATION_ID;
  readonly botId = BOT.id;
  readonly guildId = GUILD_ID;
  readonly channelIds = CHANNEL_IDS;
  readonly people = PEOPLE;
  /** `METHOD /path` of what was asked for and does not exist here (answered 501). */
  readonly unknownRoutes: string[] = [];
  /** For direct settings: overwrites of channels, closed DMs, file limits, command registry. */
  readonly parts: DiscordParts;
  readonly #server: LocalServer;
  readonly #failures = new ScriptedFailures();
  readonly #requests = new RequestLog();

  constructor(server: LocalServer, options: LocalDiscordOptions) {
    const clock = options.clock ?? systemClock;
    this.url = server.url;
    this.apiBase = `${server.url}/api`;
    this.token = createToken();
    this.#server = server;
    const maxFileBytes = options.maxFileBytes ?? DEFAULT_FILE_LIMIT_BYTES;
    this.parts = assembleDiscord({ clock, baseUrl: server.url, token: this.token, maxFileBytes });
    server.serve({
      parts: this.parts,
      actAs: (person, actorOptions) => this.actAs(person, actorOptions),
      api: {
        routes: createRoutes(this.parts),
        token: this.token,
        clock,
        rateLimits: new RateLimits(clock, options.strictRateLimits ?? false),
        failures: this.#failures,
        requests: this.#requests,
        onUnknownRoute: (route) => {
          this.unknownRoutes.push(route);
          (options.onUnknownRoute ?? complain)(route);
        },
      },
    });
  }

  /** Everything that bots asked of the API, oldest first. */
  get requests(): readonly LoggedRequest[] {
    return this.#requests.entries;
  }

  get gateway(): GatewayCounts {
    return this.parts.gateway.counts;
  }

  get feed(): Feed {
    return this.parts.feed;
  }

  /** A person by name or id, at one place. Throws TypeError for a person or channel that does not exist. */
  actAs(
    person: PersonName | (string & {}),
    { channel = 'music', unchecked = false }: ActorOptions = {},
  ): Actor {
    const user = this.#user(person);
    return new Actor(this.parts, { user, channel: this.#channel(channel, user), unchecked });
  }

  /** One more member of the home server; permissions are added to those of everyone. */
  addMember(displayName: string, permissions = 0n): User {
    return this.parts.world.addMember(this.parts.nextId(), displayName, permissions);
  }

  /** All messages of a channel, ephemeral ones too, oldest first. */
  messages(channel: ChannelName | (string & {}) = 'music'): Message[] {
    return this.parts.messages.inChannel(this.#channelId(channel));
  }

  message(id: string): Message | undefined {
    return this.parts.messages.get(id);
  }

  /** What `@original` of an interaction is now. */
  original(interaction: Interaction): Message | undefined {
    const { state } = interaction;
    return state.kind === 'answered' ? this.parts.messages.get(state.originalId ?? '') : undefined;
  }

  /** The latest message of a channel that fits, now or later. */
  waitForMessage(
    fits: (message: Message) => boolean,
    options: WaitOptions & { readonly channel?: ChannelName | (string & {}) } = {},
  ): Promise<Message> {
    const all = (): Message[] => this.messages(options.channel ?? 'music');
    const wait = { what: 'a message', ...options };
    return waitUntil(
      this.feed,
      () => all().findLast(fits),
      () => describeMessages(all()),
      wait,
    );
  }

  /** The interaction's own message, once it fits. */
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
    return waitUntil(this.feed, look, describe, { what: 'the answer', ...options });
  }

  /** Until the bot has deployed a command of this name. */
  waitForCommand(name: string, options?: WaitOptions): Promise<unknown> {
    const look = () => this.parts.commands.find(name, GUILD_ID);
    return waitUntil(this.feed, look, () => 'it is not deployed', { what: `/${name}`, ...options });
  }

  /** Until a bot's gateway session is open. */
  waitForBot(options?: WaitOptions): Promise<true> {
    const look = (): true | undefined => (this.parts.gateway.online ? true : undefined);
    return waitUntil(this.feed, look, () => 'no session is open', { what: 'a bot', ...options });
  }

  /**
   * Makes the next requests of a route fail: `failNext('POST /channels/{channel_id}/messages', { status: 500 })`.
   * The returned function takes back what has not been used; with `times: Infinity` the failure is an outage until then.
   */
  failNext(route: string | RegExp, failure: ScriptedFailure): () => void {
    return this.#failures.add(route, failure);
  }

  /** Ends the gateway connections without a goodbye; sessions can be resumed. */
  cutSockets(): void {
    this.parts.gateway.cutSockets();
  }

  /** Ends the gateway connections with a close code of Discord's, such as 4004: authentication failed. */
  closeSockets(code: number): void {
    this.parts.gateway.closeSockets(code);
  }

  async close(): Promise<void> {
    this.parts.gateway.close();
    await this.#server.close();
  }

  #user(person: string): User {
    const user = Object.hasOwn(PEOPLE, person)
      ? PEOPLE[person as PersonName]
      : this.parts.world.users.get(person);
    if (!user)
      throw new TypeError(`expected one of ${Object.keys(PEOPLE).join(', ')} or a user id, got ${person}`);
    return user;
  }

  #channel(name: string, user: User): Channel {
    const dm = name === 'dm' ? this.parts.world.dmWith(user.id) : undefined;
    const channel = dm ?? this.parts.world.channels.get(this.#channelId(name));
    if (!channel)
      throw new TypeError(
        `expected one of ${Object.keys(CHANNEL_IDS).join(', ')} or a channel id, got ${name}`,
      );
    return channel;
  }

  #channelId(name: string): string {
    return Object.hasOwn(CHANNEL_IDS, name) ? CHANNEL_IDS[name as ChannelName] : name;
  }
}

/** In the form of a real one: the id, a time, a secret, each base64url. */
function createToken(): string {
  const id = Buffer.from(APPLICATION_ID).toString('base64url');
  return `${id}.${randomBytes(4).toString('base64url')}.${randomBytes(28).toString('base64url')}`;
}

function complain(route: string): void {
  process.stderr.write(`The local Discord answered 501: it has no ${route}\n`);
}
