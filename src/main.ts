import { join } from 'node:path';
import { type Config, loadEnvironment, readConfig } from './config.ts';
import { messageOf, RiffError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { locateModel, modelProblems } from './model-library/locate-model.ts';
import { stopOnSignals } from './operations/stop-on-signals.ts';
import { playFirstRiff } from './playground/first-riff.ts';
import { type LocalDiscord, startLocalDiscord } from './playground/local-discord.ts';
import { type RunningBot, startBot } from './start-bot.ts';

async function main(): Promise<void> {
  loadEnvironment();
  const config = readConfig(process.env, ({ model }) => modelProblems(model, process.cwd()));
  const log = createLog(config.discord ? config.logLevel : quieter(config.logLevel));
  const modelFolder = locateModel(config.model, process.cwd()).folder;
  const stop = config.discord
    ? await goLive(config, config.discord, modelFolder, log)
    : await openPlayground(config, modelFolder, log);
  stopOnSignals(stop, log, fail);
}

async function goLive(
  config: Config,
  discord: NonNullable<Config['discord']>,
  modelFolder: string,
  log: Log,
): Promise<() => Promise<void>> {
  const bot = await startBot({ config, discord, modelFolder, log });
  log.info({ model: bot.description.model, health: bot.healthUrl }, 'Riff is live');
  return () => bot.stop();
}

/** The same bot on a Discord of its own. Its store lies apart: a local Discord forgets its messages when it ends. */
async function openPlayground(config: Config, modelFolder: string, log: Log): Promise<() => Promise<void>> {
  say('No DISCORD_TOKEN is set: opening the local playground.');
  say(`Loading the model ${config.model} …`);
  const local = await startLocalDiscord({ port: config.playgroundPort });
  const playground = { ...config, dataDir: join(config.dataDir, 'playground') };
  const bot = await startBot({ config: playground, discord: local, modelFolder, log });
  const { picture, wav, durationMs } = await playFirstRiff(local, bot.queue);
  say(`A first riff in ${(durationMs.render / 1000).toFixed(1)} s:\n  ${picture.path}\n  ${wav.path}`);
  greet(local, bot);
  return async () => {
    await bot.stop();
    await local.close();
  };
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

/** Expected faults are a sentence; anything else keeps its stack for the report. */
function fail(error: unknown): never {
  const text =
    error instanceof RiffError ? error.message : error instanceof Error ? error.stack : messageOf(error);
  process.stderr.write(`riff: ${text}\n`);
  process.exit(1);
}

main().catch(fail);
