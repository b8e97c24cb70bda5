import { randomInt } from 'node:crypto';
import { type Client, chatInputApplicationCommandMention, Events, inlineCode } from 'discord.js';
import { within } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { JobStore } from '../queue/job-store.ts';
import type { AnyCommand, BotParts } from './command.ts';
import type { DiscordConnection } from './connection.ts';
import { connectionFault, GATEWAY_CLOSED } from './connection-fault.ts';
import { Cooldown } from './cooldown.ts';
import { createDispatch } from './dispatch.ts';
import { createFetchAttachment } from './fetch-attachment.ts';
import { HeldFiles } from './held-files.ts';
import { checkIdentifyBudget } from './identify-budget.ts';
import { LiveMessages } from './live-messages.ts';
import { createAttachmentReader } from './read-attachment.ts';
import { registerCommands } from './register.ts';

const SEED_RANGE = 2 ** 32;
const LOGIN_LIMIT_MS = 120_000;

/** A voice message costs a compression, and everybody in the channel hears it already. */
const VOICE_PAUSE_MS = 60_000;

type Made = 'attachments' | 'heldFiles' | 'voiceCooldown';

export type BotOptions = Omit<BotParts, 'messages' | 'live' | 'mention' | 'newSeed' | Made> & {
  readonly connection: DiscordConnection;
  readonly commands: readonly AnyCommand[];
  readonly notices: Pick<JobStore, 'markNotified'>;
  /** A whole number from 0 to 2³² − 1; by default drawn at random. */
  readonly newSeed?: () => number;
};

export interface Bot {
  /**
   * Resolves when the bot is logged in and its commands are registered.
   * Rejects with RiffError if Discord refuses the bot or cannot be reached.
   */
  start(): Promise<void>;
  /** Leaves Discord. Drain the queue first: delivery needs the connection. */
  stop(): Promise<void>;
}

export function createBot({ connection, commands, notices, ...options }: BotOptions): Bot {
  const { client, messages, apiBase } = connection;
  const { queue, results, clock, log } = options;
  const live = new LiveMessages({ queue, messages, results, clock, log, notices });
  const commandIds = new Map<string, string>();
  const bot: BotParts = {
    newSeed: () => randomInt(SEED_RANGE),
    ...options,
    messages,
    live,
    attachments: createAttachmentReader(createFetchAttachment(apiBase)),
    heldFiles: new HeldFiles(clock),
    voiceCooldown: new Cooldown(VOICE_PAUSE_MS, clock),
    mention: (path) => mentionOf(path, commandIds),
  };
  const dispatch = createDispatch(commands, bot);
  return {
    async start() {
      client.on(Events.InteractionCreate, dispatch);
      try {
        const { application } = await logIn(connection, options);
        for (const [name, id] of await register(connection, application.id, commands, log))
          commandIds.set(name, id);
      } catch (error) {
        throw connectionFault(error, apiBase);
      }
    },
    async stop() {
      await live.stop();
      await client.destroy();
    },
  };
}

/** One request. Rejects with RiffError where Discord cannot be reached, refuses the token, or allows too few logins today. */
export async function checkDiscord({ rest, apiBase }: DiscordConnection, log: Log): Promise<void> {
  try {
    await checkIdentifyBudget(rest, log);
  } catch (error) {
    throw connectionFault(error, apiBase);
  }
}

/**
 * Rejects as soon as the gateway refuses the bot, or does not open in time: discord.js would try it, and wait for READY,
 * for ever.
 */
async function logIn(
  { client, token, lost }: DiscordConnection,
  { clock }: Pick<BotOptions, 'clock'>,
): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  const refused = lost.then((fault) => Promise.reject(fault));
  // It may reject before the login begins or after it, when no caller is waiting.
  refused.catch(() => {});
  const open = async (): Promise<Client<true>> => {
    await client.login(token);
    return ready;
  };
  const login = Promise.race([open(), refused]);
  if (await within(login, LOGIN_LIMIT_MS, clock)) return login;
  throw new RiffError('discord_unreachable', GATEWAY_CLOSED);
}

/** A failure is only logged: the bot still answers the commands that Discord knows. */
async function register(
  { rest }: DiscordConnection,
  applicationId: string,
  commands: readonly AnyCommand[],
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
