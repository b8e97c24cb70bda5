import { join } from 'node:path';
import { type Config, loadEnvironment, readConfig } from './config.ts';
import { createLog, type Log } from './log.ts';
import { locateModel, modelProblems } from './model-library/locate-model.ts';
import { portFault } from './operations/loopback-port.ts';
import { exitWith, type Running, runProcess, unlessEnded } from './operations/process-life.ts';
import { playFirstRiff } from './playground/first-riff.ts';
import { type LocalDiscord, startLocalDiscord } from './playground/local-discord.ts';
import { type RunningBot, startBot } from './start-bot.ts';

async function main(): Promise<void> {
  loadEnvironment();
  const config = readConfig(process.env, ({ model }) => modelProblems(model, process.cwd()));
  const log = createLog(config.discord ? config.logLevel : quieter(config.logLevel));
  await runProcess((ending) => start(config, log, ending), log);
}

async function start(config: Config, log: Log, ending: AbortSignal): Promise<Running> {
  const modelFolder = locateModel(config.model, process.cwd()).folder;
  if (!config.discord) return openPlayground(config, modelFolder, log, ending);
  const bot = await startBot({ config, discord: config.discord, modelFolder, log, ending });
  log.info({ model: bot.description.model, health: bot.healthUrl }, 'Riff is live');
  return bot;
}

/** The same bot on a Discord of its own. Its store lies apart: a local Discord forgets its messages when it ends. */
async function openPlayground(
  config: Config,
  modelFolder: string,
  log: Log,
  ending: AbortSignal,
): Promise<Running> {
  await using parts = new AsyncDisposableStack();
  say('No DISCORD_TOKEN is set: opening the local playground.');
  const local = await openLocalDiscord(config.playgroundPort);
  parts.defer(() => local.close());
  say(`Loading the model ${config.model} …`);
  const playground = { ...config, dataDir: join(config.dataDir, 'playground') };
  const bot = await startBot({ config: playground, discord: local, modelFolder, log, ending });
  let isUrgent = true;
  parts.defer(() => bot.stop(isUrgent));
  const { picture, wav, durationMs } = await unlessEnded(playFirstRiff(local, bot.queue), ending);
  say(`A first riff in ${(durationMs.render / 1000).toFixed(1)} s:\n  ${picture.path}\n  ${wav.path}`);
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

async function openLocalDiscord(port: number): Promise<LocalDiscord> {
  try {
    return await startLocalDiscord({ port });
  } catch (error) {
    throw portFault('PLAYGROUND_PORT', port, error);
  }
}

function greet(local: LocalDiscord, { description }: RunningBot): void {
  const { model, device, defaults } = description;
  say(`\nRiff is ready: ${model} on ${device}, ${defaults.steps} steps with ${defaults.scheduler}.`);
  say(`\n  Open ${local.url} and type  /riff prompt:jazz piano negative:vocals\n`);
  say('To go live: create an application in the Discord developer portal, put its bot token into .env as');
  say('DISCORD_TOKEN, and start again (README, "Go live"). Ctrl-C ends the playground.');
}

/** In the playground the screen is for the newcomer; LOG_LEVEL still asks for more. */
function quieter(level: Config['logLevel']): Config['logLevel'] {
  return level === 'info' ? 'warn' : level;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => exitWith(error));
