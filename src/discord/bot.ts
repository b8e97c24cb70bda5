import { randomInt } from 'node:crypto';
import {
  Client,
  chatInputApplicationCommandMention,
  DefaultRestOptions,
  Events,
  GatewayIntentBits,
  inlineCode,
  type REST,
  Status,
} from 'discord.js';
import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BotParts, Command } from './command.ts';
import { createDispatch } from './dispatch.ts';
import { checkIdentifyBudget } from './identify-budget.ts';
import { InvalidRequestBreaker } from './invalid-request-breaker.ts';
import { LiveMessages } from './live-messages.ts';
import { createMessageApi, type MessageApi } from './message-api.ts';
import { registerCommands } from './register.ts';
import { withWholeBody } from './whole-body.ts';

const SEED_RANGE = 2 ** 32;
/** Every interaction has routes of its own; the REST client would keep what it knows about them for an hour. */
const FORGET_ROUTES_MS = 60_000;

export interface ConnectionOptions {
  readonly token: string;
  /** Null: Discord itself. */
  readonly apiBase: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

/** The way to Discord, not logged in yet. Everything that is sent goes through its one REST client, in order. */
export interface DiscordConnection {
  readonly token: string;
  readonly client: Client;
  readonly rest: REST;
  readonly messages: MessageApi;
  /** Every shard is logged in and hears events now. */
  isOpen(): boolean;
  /** Why no requests go out at present; null: they do. */
  breakerReason(): string | null;
}

export type BotOptions = Omit<BotParts, 'messages' | 'live' | 'mention' | 'newSeed'> & {
  readonly connection: DiscordConnection;
  readonly commands: readonly Command[];
  /** A whole number from 0 to 2³² − 1; by default drawn at random. */
  readonly newSeed?: () => number;
};

export interface Bot {
  /** Resolves when the bot is logged in, its commands are registered and the jobs left over are shown again. */
  start(): Promise<void>;
  /** Leaves Discord. Drain the queue first: delivery needs the connection. */
  stop(): Promise<void>;
}

export function connectDiscord({ token, apiBase, clock, log }: ConnectionOptions): DiscordConnection {
  const breaker = new InvalidRequestBreaker(clock, log);
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: {
      ...(apiBase !== null && { api: apiBase }),
      handlerSweepInterval: FORGET_ROUTES_MS,
      makeRequest: breaker.guard(withWholeBody(DefaultRestOptions.makeRequest)),
    },
  });
  client.rest.setToken(token);
  logConnection(client, log);
  return {
    token,
    client,
    rest: client.rest,
    messages: createMessageApi(client.rest),
    // Not client.isReady(): that stays true through every later disconnect.
    isOpen: () =>
      client.ws.shards.size > 0 && client.ws.shards.every(({ status }) => status === Status.Ready),
    breakerReason: () => breaker.reason,
  };
}

export function createBot({ connection, commands, ...options }: BotOptions): Bot {
  const { client, messages, rest, token } = connection;
  const { queue, clock, log } = options;
  const live = new LiveMessages({ queue, messages, clock, log });
  const commandIds = new Map<string, string>();
  const bot: BotParts = {
    newSeed: () => randomInt(SEED_RANGE),
    ...options,
    messages,
    live,
    mention: (path) => mentionOf(path, commandIds),
  };
  const dispatch = createDispatch(commands, bot);
  return {
    async start() {
      const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
      client.on(Events.InteractionCreate, (interaction) => void dispatch(interaction));
      await checkIdentifyBudget(rest, log);
      await client.login(token);
      const { application } = await ready;
      for (const [name, id] of await register(connection, application.id, commands, log))
        commandIds.set(name, id);
      await live.resume();
    },
    async stop() {
      await live.stop();
      await client.destroy();
    },
  };
}

/** A bot whose commands could not be compared still answers those that Discord knows. */
async function register(
  { rest }: DiscordConnection,
  applicationId: string,
  commands: readonly Command[],
  log: Log,
): Promise<ReadonlyMap<string, string>> {
  const definitions = commands.map(({ definition }) => definition);
  try {
    const { ids, ...written } = await registerCommands(rest, applicationId, definitions);
    log.info(written, 'commands registered');
    return ids;
  } catch (error) {
    log.error({ error: messageOf(error) }, 'commands could not be registered');
    return new Map();
  }
}

function mentionOf(path: string, commandIds: ReadonlyMap<string, string>): string {
  const id = commandIds.get(path.split(' ')[0] ?? '');
  return id ? chatInputApplicationCommandMention(path, id) : inlineCode(`/${path}`);
}

/** Without a listener for `error` the first rejected handler would end the process. */
function logConnection(client: Client, log: Log): void {
  client.on(Events.Error, (error) =>
    log.error({ error: messageOf(error) }, 'the Discord client reported an error'),
  );
  client.on(Events.Warn, (warning) => log.warn({ warning }, 'the Discord client warned'));
  client.on(Events.ShardError, (error) =>
    log.warn({ error: messageOf(error) }, 'the gateway connection failed'),
  );
  client.on(Events.ShardDisconnect, ({ code }) => log.error({ code }, 'the gateway closed for good'));
  client.on(Events.ShardReconnecting, () => log.info({}, 'the gateway reconnects'));
  client.on(Events.ShardResume, (_, replayed) => log.info({ replayed }, 'the gateway resumed'));
  client.on(Events.Invalidated, () => log.fatal({}, 'the gateway session was invalidated'));
}
