import { join } from 'node:path';
import { type LocalDiscord, startLocalDiscord } from 'local-discord';
import { page } from 'local-discord/page';
import { messageOf, RiffError } from '../errors.ts';
import { english } from '../messages/wording.ts';
import { playgroundFolder } from '../open-stores.ts';
import { portFault } from '../operations/loopback-port.ts';
import { type Running, unlessEnded } from '../operations/process-life.ts';
import type { RiffFiles } from '../riff/engine.ts';
import { type RunningBot, type StartBotOptions, startBot } from '../start-bot.ts';
import { makeDataFolder } from '../store/sqlite/sqlite.ts';
import { makeFirstRiff } from './first-riff.ts';
import { PLAYGROUND_SEED } from './seed.ts';

/** The most that the configuration allows, so that a newcomer does not meet the hourly limit. */
const RIFFS_PER_HOUR = 10_000;

export type PlaygroundOptions = Omit<StartBotOptions, 'discord'> & { readonly shutdown: AbortSignal };

/**
 * Starts the production bot on a local Discord. Its messages and jobs are kept apart from the live bot's.
 * Rejects with RiffError if DATA_DIR cannot be used, the port is taken or the bot does not start; nothing is left running then.
 */
export async function openPlayground({
  config,
  log,
  shutdown,
  ...options
}: PlaygroundOptions): Promise<Running> {
  await using parts = new AsyncDisposableStack();
  say('No DISCORD_TOKEN is set: opening the local playground.');
  const dataDir = playgroundFolder(config);
  const local = await openLocalDiscord(config.playgroundPort, join(dataDir, 'discord'));
  parts.defer(() => local.close());
  say(`Loading the model ${config.model} …`);
  const queue = { ...config.queue, perUserPerHour: RIFFS_PER_HOUR };
  const playground = { ...config, dataDir, queue };
  const bot = await startBot({ ...options, config: playground, discord: local, log, shutdown });
  let isUrgent = true;
  parts.defer(() => bot.stop(isUrgent));
  const riff = await unlessEnded(makeFirstRiff(local, bot.queue), shutdown);
  if (riff) sayRiff(riff, config.databaseUrl === null);
  greet(local, bot);
  const running = parts.move();
  return {
    lost: bot.lost,
    stop(urgently) {
      isUrgent = urgently;
      return running.disposeAsync();
    },
  };
}

async function openLocalDiscord(port: number, folder: string): Promise<LocalDiscord> {
  makeDataFolder(folder);
  try {
    return await startLocalDiscord({ ...PLAYGROUND_SEED, port, folder, page });
  } catch (error) {
    const fault = portFault('PLAYGROUND_PORT', port, error);
    if (fault !== error) throw fault;
    throw new RiffError('store_failed', messageOf(error), { cause: error });
  }
}

function sayRiff({ picture, wav, durationMs }: RiffFiles, isHere: boolean): void {
  const files = isHere ? `:\n  ${picture.path}\n  ${wav.path}` : '.';
  say(`A first riff in ${english.seconds(durationMs.render)}${files}`);
}

function greet(local: LocalDiscord, { description }: RunningBot): void {
  const { model, device, defaults } = description;
  say(
    `\nRiff is ready: ${model} on ${device}, ${english.counted(defaults.steps, 'step')} with ${defaults.scheduler}.`,
  );
  say(`\n  Open ${local.url} and type  /riff prompt:jazz piano negative:vocals\n`);
  say('To go live: create an application in the Discord developer portal, put its bot token into .env as');
  say('DISCORD_TOKEN, and start again (README, "Go live"). Ctrl-C ends the playground.');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
