import { type Config, loadEnvironment, readConfig } from './config.ts';
import { RiffError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { locateModel, modelProblems } from './model-library/locate-model.ts';
import { exitWith, type Running, runProcess } from './operations/process-life.ts';
import { startBot } from './start-bot.ts';

async function main(): Promise<void> {
  const warnings = loadEnvironment();
  const config = readConfig(process.env, ({ model }) => modelProblems(model, process.cwd()));
  const log = createLog(config.discord ? config.logLevel : quieter(config.logLevel));
  for (const warning of warnings) log.warn(warning);
  await runProcess((shutdown) => start(config, log, shutdown), log);
}

async function start(config: Config, log: Log, shutdown: AbortSignal): Promise<Running> {
  const modelFolder = locateModel(config.model, process.cwd()).folder;
  if (!config.discord) return openPlayground(config, modelFolder, log, shutdown);
  const bot = await startBot({ config, discord: config.discord, modelFolder, log, shutdown });
  log.info({ model: bot.description.model, health: bot.healthUrl }, 'Riff is live');
  return bot;
}

/** The playground is a part for development, which an installation for production leaves out. */
async function openPlayground(
  config: Config,
  modelFolder: string,
  log: Log,
  shutdown: AbortSignal,
): Promise<Running> {
  const playground = await import('./playground/open-playground.ts').catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw cause;
    throw new RiffError(
      'invalid_config',
      'DISCORD_TOKEN: expected a bot token, got none, and this installation has no playground; set the token',
      { cause },
    );
  });
  return playground.openPlayground(config, modelFolder, log, shutdown);
}

/** In the playground the screen is for the newcomer; LOG_LEVEL still asks for more. */
function quieter(level: Config['logLevel']): Config['logLevel'] {
  return level === 'info' ? 'warn' : level;
}

main().catch((error: unknown) => exitWith(error));
