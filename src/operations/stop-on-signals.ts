import type { Log } from '../log.ts';

/** After this the process ends whatever is still under way; Discord and systemd wait about as long. */
const STOP_LIMIT_MS = 30_000;

/** SIGINT and SIGTERM end the process in order, with exit code 0; a second one, or 30 s, ends it at once with 1. */
export function stopOnSignals(stop: () => Promise<void>, log: Log, onFault: (error: unknown) => never): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    stop().then(() => process.exit(0), onFault);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
