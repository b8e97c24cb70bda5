import { rm } from 'node:fs/promises';
import { type Clock, within } from './clock.ts';
import { type EngineSetup, openEngines } from './create-engines.ts';
import { messageOf, type RiffError } from './errors.ts';
import type { Log } from './log.ts';
import { requireShared, type Stores } from './open-stores.ts';
import { type Running, unlessEnded } from './operations/process-life.ts';
import type { WorkerRegistry } from './queue/processes.ts';
import type { EngineDescription } from './riff/engine.ts';
import { ResultFolder } from './store/result-folder.ts';
import { makeTemporaryFolder } from './system/temporary-folder.ts';
import { bringingSources } from './worker/bring-sources.ts';
import { LEASE_MS } from './worker/leases.ts';
import { Worker } from './worker/worker.ts';

/** How often leases are renewed and expired ones looked for: jobs of a killed worker are claimed again within seconds. */
const BEAT_MS = 1000;
/** Discord asks for an orderly end within 30 s; the engines may take 5 s of it. */
export const DRAIN_MS = 22_000;

export interface RunningWorker extends Running {
  readonly description: EngineDescription;
}

/**
 * Renders for bots on other machines: claims jobs from the store that DATABASE_URL names. Resolves when it claims.
 * Rejects with RiffError if the store or the model cannot be used, or other workers render with another model.
 */
export async function startWorker(
  setup: EngineSetup,
  stores: Stores,
  shutdown?: AbortSignal,
): Promise<RunningWorker> {
  await using parts = new AsyncDisposableStack();
  const { log } = setup;
  const { jobs, clock } = stores;
  const { registry, openSession } = requireShared(stores, 'npm run worker');
  const folder = parts.adopt(await makeTemporaryFolder('riff-worker-'), removeFolder);
  const results = new ResultFolder(folder);
  const { startRate, describe, ...opened } = openEngines(setup, folder, parts);
  const engines = opened.engines.map((engine) => bringingSources(engine, stores.results, folder));
  const description = await unlessEnded(describe(), shutdown);
  const presence = await openSession();
  const options = { store: jobs, results, engines, clock, log, startRate, presence, news: presence };
  const worker = new Worker({ ...options, isBot: false, beatMs: BEAT_MS });
  await keepRegistered(worker, description, registry, clock, log);
  discardSentFiles(worker, results, log);
  let drainMs = 0;
  parts.defer(() => drain(worker, stores, drainMs));
  await worker.start();
  const running = parts.move();
  return {
    description,
    lost: new Promise<RiffError>(() => {}),
    stop(isUrgent) {
      drainMs = isUrgent ? 0 : DRAIN_MS;
      return running.disposeAsync();
    },
  };
}

function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Tells bots of the worker now, and again whenever something blocks it or no longer does. */
function keepRegistered(
  worker: Worker,
  description: EngineDescription,
  registry: WorkerRegistry,
  clock: Clock,
  log: Log,
): Promise<void> {
  const register = (): Promise<void> => {
    const { id, slots, blocked } = worker;
    const entry = { id, slots, description, blocked: blocked.current?.reason ?? null };
    const now = clock.now();
    return registry.register(entry, now + LEASE_MS, now);
  };
  worker.blocked.on('changed', () => {
    register().catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'a worker could not tell its state'),
    );
  });
  return register();
}

/** When a result is settled, its files are in the store, or nobody needs them. */
function discardSentFiles(worker: Worker, results: ResultFolder, log: Log): void {
  worker.on('result', ({ id }) => {
    results
      .delete(id, null)
      .catch((error: unknown) => log.warn({ jobId: id, error: messageOf(error) }, 'files were left behind'));
  });
}

/** Claims nothing more, and hands back what is not rendered in time. */
async function drain(worker: Worker, { jobs, clock }: Stores, drainMs: number): Promise<void> {
  worker.close();
  if (!(await within(worker.idle(), drainMs, clock))) await worker.abortAll();
  worker.stop();
  await jobs.leave(worker.id).catch(() => {});
}
