import { systemClock } from './clock.ts';
import { type Config, loadEnvironment, readConfig } from './config.ts';
import { ConfigError, RiffError } from './errors.ts';
import { createLog, type Log } from './log.ts';
import { locateModel, modelProblems } from './model-library/locate-model.ts';
import { exitWith, type Running, runProcess } from './operations/process-life.ts';
import type { PlaygroundOptions } from './playground/open-playground.ts';
import { databaseUrlMissing } from './system/database-url.ts';

/** What one process does. Where it does not do everything, others on the same PostgreSQL do the rest. */
const ROLES = ['everything', 'bot', 'worker'] as const;
type Role = (typeof ROLES)[number];

/**
 * Chooses what this process does. Its parts are joined in start-bot.ts and start-worker.ts, which tests start as well. They
 * are loaded once the configuration is right: discord.js takes longer than all else, and a worker never needs it.
 */
async function main(): Promise<void> {
  const role = readRole(process.argv[2]);
  const warnings = loadEnvironment();
  const config = readConfig(process.env, (read) => problemsOf(role, read));
  const log = createLog(config.discord || role === 'worker' ? config.logLevel : quieter(config.logLevel));
  for (const warning of warnings) log.warn(warning);
  await runProcess((shutdown) => start(role, config, log, shutdown), log);
}

function readRole(word = 'everything'): Role {
  const role = ROLES.find((known) => known === word);
  if (role) return role;
  throw new ConfigError([`role: expected bot, worker or nothing, got ${word}`]);
}

function problemsOf(role: Role, { model, databaseUrl }: Config): readonly string[] {
  const isAlone = role !== 'everything' && databaseUrl === null;
  return [
    ...(isAlone ? [databaseUrlMissing(`npm run ${role}`)] : []),
    // A bot uses the model of its workers.
    ...(role === 'bot' ? [] : modelProblems(model, process.cwd())),
  ];
}

async function start(role: Role, config: Config, log: Log, shutdown: AbortSignal): Promise<Running> {
  const modelFolder = role === 'bot' ? '' : locateModel(config.model, process.cwd()).folder;
  const renders = role === 'everything';
  if (role === 'worker') return openWorker(config, modelFolder, log, shutdown);
  if (!config.discord) return openPlayground({ config, modelFolder, renders, log, shutdown });
  const { startBot } = await import('./start-bot.ts');
  const bot = await startBot({ config, discord: config.discord, modelFolder, renders, log, shutdown });
  log.info({ model: bot.description.model, health: bot.healthUrl }, 'Riff is live');
  return bot;
}

async function openWorker(
  config: Config,
  modelFolder: string,
  log: Log,
  shutdown: AbortSignal,
): Promise<Running> {
  const [{ openStores }, { startWorker }] = await Promise.all([
    import('./open-stores.ts'),
    import('./start-worker.ts'),
  ]);
  await using parts = new AsyncDisposableStack();
  const stores = await openStores({ config, clock: systemClock, log, parts });
  const worker = await startWorker({ config, modelFolder, log }, stores, shutdown);
  log.info({ model: worker.description.model }, 'the worker renders');
  const open = parts.move();
  return {
    lost: worker.lost,
    async stop(isUrgent) {
      await worker.stop(isUrgent);
      await open.disposeAsync();
    },
  };
}

/** The playground is a part for development, which an installation for production leaves out. */
async function openPlayground(options: PlaygroundOptions): Promise<Running> {
  const playground = await import('./playground/open-playground.ts').catch((cause: unknown) => {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw cause;
    throw new RiffError(
      'invalid_config',
      'DISCORD_TOKEN: expected a bot token, got none, and this installation has no playground; set the token',
      { cause },
    );
  });
  return playground.openPlayground(options);
}

/** Keeps log lines away from the playground's greeting; LOG_LEVEL=debug shows them. */
function quieter(level: Config['logLevel']): Config['logLevel'] {
  return level === 'info' ? 'warn' : level;
}

main().catch((error: unknown) => exitWith(error));
