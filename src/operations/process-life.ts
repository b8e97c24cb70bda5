import { CancelledError, messageOf, RiffError } from '../errors.ts';
import type { Log } from '../log.ts';

const PARENT_LOOK_MS = 1000;
/** The longest orderly stop; Discord and systemd wait about as long. */
const STOP_LIMIT_MS = 30_000;

/** A started program. */
export interface Running {
  /** Resolves with the reason once it cannot go on. */
  readonly lost: Promise<RiffError>;
  /** Stops it in order; `isUrgent`: without waiting for work that can continue after the next start. */
  stop(isUrgent: boolean): Promise<void>;
}

/**
 * Runs a program from its start to its orderly end, then ends the process: with exit code 0 after SIGINT, SIGTERM or the
 * end of the npm that started it, with 1 and one sentence when it does not start, cannot go on, or an error was not
 * caught. Signals count from the beginning: `start` must give up when its signal is aborted. A second signal, or 30 s
 * after the first, ends the process at once.
 */
export async function runProcess(
  start: (shutdown: AbortSignal) => Promise<Running>,
  log: Log,
): Promise<never> {
  const shutdown = new AbortController();
  const ended = Promise.withResolvers<void>();
  let fault: unknown = null;
  const end = (): void => {
    if (shutdown.signal.aborted) return;
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    shutdown.abort();
    ended.resolve();
  };
  const fail = (error: unknown): void => {
    // Errors while it stops are ignored: the first reason counts.
    if (shutdown.signal.aborted) return;
    fault = error;
    end();
  };
  onSignals((signal) => {
    if (shutdown.signal.aborted) process.exit(1);
    log.info({ signal }, 'stopping');
    end();
  });
  onEndOfNpm(() => {
    log.info({}, 'stopping, as npm has ended');
    end();
  });
  onUncaught(log, fail);
  try {
    const running = await start(shutdown.signal);
    running.lost.then(fail, fail);
    await ended.promise;
    await running.stop(fault !== null);
  } catch (error) {
    const isOurDoing = shutdown.signal.aborted && error instanceof CancelledError;
    if (!isOurDoing && (fault === null || error instanceof RiffError)) fault = error;
  }
  return fault === null ? process.exit(0) : exitWith(fault, log);
}

/** Resolves as `work` does, or rejects with CancelledError as soon as `shutdown` is aborted; `work` itself goes on. */
export function unlessEnded<T>(work: Promise<T>, shutdown: AbortSignal | undefined): Promise<T> {
  if (!shutdown) return work;
  return new Promise((resolve, reject) => {
    if (shutdown.aborted) reject(new CancelledError());
    shutdown.addEventListener('abort', () => reject(new CancelledError()), { once: true });
    work.then(resolve, reject);
  });
}

/** Prints one sentence on stderr and exits with 1. The stack of an unexpected error goes only to the log. */
export function exitWith(fault: unknown, log: Pick<Log, 'fatal'> | null = null): never {
  const isExpected = fault instanceof RiffError;
  if (!isExpected) log?.fatal({ error: messageOf(fault), stack: stackOf(fault) }, 'an unexpected fault');
  const hint = isExpected ? '' : ' (unexpected: the log line before this has what a report needs)';
  process.stderr.write(`riff: ${messageOf(fault)}${hint}\n`);
  process.exit(1);
}

function onSignals(handle: (signal: NodeJS.Signals) => void): void {
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

/** At SIGTERM npm ends itself and the shell in between, but passes no signal on. */
function onEndOfNpm(handle: () => void): void {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    handle();
  }, PARENT_LOOK_MS).unref();
}

function onUncaught(log: Log, fail: (error: unknown) => void): void {
  const handle = (what: string) => (error: unknown) => {
    log.fatal({ error: messageOf(error), stack: stackOf(error) }, what);
    fail(error);
  };
  process.on('uncaughtException', handle('an exception was not caught'));
  process.on('unhandledRejection', handle('a rejection was not handled'));
}

function stackOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined;
}
