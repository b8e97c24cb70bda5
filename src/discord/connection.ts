import {
  Client,
  DefaultRestOptions,
  Events,
  GatewayIntentBits,
  Partials,
  type REST,
  Status,
} from 'discord.js';
import type { Clock } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Shards } from '../system/setting-rules.ts';
import { closedForGood, TOKEN_REFUSED } from './connection-fault.ts';
import { createMessageApi, type MessageApi } from './message-api.ts';
import { inLine, RestGuard } from './rest-guard.ts';

/** Every interaction has its own routes, which the REST client would otherwise remember for an hour. */
const FORGET_ROUTES_MS = 60_000;

export interface ConnectionOptions {
  readonly token: string;
  /** Null: Discord itself. */
  readonly apiBase: string | null;
  readonly shards: Shards;
  readonly clock: Clock;
  readonly log: Log;
}

/** A connection that is not logged in yet. All requests go through its one REST client, in order. */
export interface DiscordConnection {
  readonly token: string;
  readonly apiBase: string | null;
  readonly client: Client;
  readonly rest: REST;
  readonly messages: MessageApi;
  /** How many answers Discord's API has given, by HTTP status. */
  readonly answers: ReadonlyMap<number, number>;
  /** Resolves once reconnecting cannot succeed, with a sentence for the operator. */
  readonly lost: Promise<RiffError>;
  /** Epoch ms since when a shard has been disconnected; null: all are connected. */
  awaySince(): number | null;
  /** Why requests are blocked now; null: they are not. */
  breakerReason(): string | null;
}

export function connectDiscord({ token, apiBase, shards, clock, log }: ConnectionOptions): DiscordConnection {
  const { promise: lost, resolve: lose } = Promise.withResolvers<RiffError>();
  const guard = new RestGuard({
    makeRequest: DefaultRestOptions.makeRequest,
    clock,
    log,
    onTokenRefused: () => lose(new RiffError('discord_refused', TOKEN_REFUSED)),
  });
  const client = new Client({
    ...(shards === 'auto' ? { shards } : { shards: shards.ids, shardCount: shards.count }),
    intents: [GatewayIntentBits.Guilds],
    // Without it discord.js drops an unknown channel of an interaction, such as a private thread.
    partials: [Partials.Channel],
    allowedMentions: { parse: [] },
    rest: {
      ...(apiBase !== null && { api: apiBase }),
      handlerSweepInterval: FORGET_ROUTES_MS,
      makeRequest: inLine(guard.request),
    },
  });
  client.rest.setToken(token);
  logConnection(client, log);
  client.on(Events.ShardDisconnect, ({ code }) => lose(closedForGood(code)));
  client.on(Events.Invalidated, () =>
    lose(new RiffError('discord_refused', 'Discord: the session was invalidated; start again')),
  );
  return {
    token,
    apiBase,
    client,
    rest: client.rest,
    messages: createMessageApi(client.rest),
    answers: guard.answers,
    lost,
    awaySince: watchGateway(client, clock),
    breakerReason: () => guard.reason,
  };
}

/** Returns since when a shard has been disconnected. client.isReady() stays true after a disconnect. */
function watchGateway(client: Client, clock: Clock): () => number | null {
  const isOpen = (): boolean =>
    client.ws.shards.size > 0 && client.ws.shards.every(({ status }) => status === Status.Ready);
  let closedAt = clock.now();
  let wasOpen = false;
  const leave = (): void => {
    if (wasOpen) closedAt = clock.now();
    wasOpen = false;
  };
  client.on(Events.ShardDisconnect, leave);
  client.on(Events.ShardReconnecting, leave);
  const enter = (): void => {
    wasOpen = isOpen();
  };
  client.on(Events.ShardReady, enter);
  client.on(Events.ShardResume, enter);
  return () => (isOpen() ? null : closedAt);
}

/** Without an `error` listener the first rejected handler would end the process. */
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
