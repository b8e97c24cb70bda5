/**
 * `life.ts worker|bot FOLDER`: a worker without a model or a bot without Discord, made to be killed. Prints `ready`. An answer to a user is
 * a file in FOLDER; a bot that may have sent one looks there first, as the real one looks into the channel. Ends with its parent.
 */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { openStores, requireShared } from '../../../src/open-stores.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { startWorker } from '../../../src/start-worker.ts';
import { RemoteWorkers } from '../../../src/worker/remote-workers.ts';
import { PacedEngine } from '../../store/postgres/paced-engine.ts';

const RENDER_MS = 200;
const AGAIN_MS = 300;
const [, , role, folder = ''] = process.argv;
const config = readConfig({ ...process.env, STARTS_PER_MINUTE: '10000' });
const log = createLog('silent');

process.stdin.on('end', () => process.exit(0)).resume();
// The server may be away at the start.
while (!(await started())) await pause(AGAIN_MS);
process.stdout.write('ready\n');

async function started(): Promise<boolean> {
  await using parts = new AsyncDisposableStack();
  try {
    await start(parts);
    parts.move();
    return true;
  } catch {
    return false;
  }
}

async function start(parts: AsyncDisposableStack): Promise<void> {
  const stores = await openStores({ config, clock: systemClock, log, parts });
  if (role === 'worker') {
    const engines = [new PacedEngine(mkdtempSync(join(tmpdir(), 'riff-soak-')), RENDER_MS)];
    await startWorker({ config, modelFolder: '', log, engines }, stores);
    return;
  }
  const { registry, openSession } = requireShared(stores, 'bot');
  const presence = await openSession();
  const { jobs, clock, results } = stores;
  const worker = new RemoteWorkers({ store: jobs, registry, presence, news: presence, clock, log });
  const queue = new RiffQueue({
    store: jobs,
    worker,
    clock,
    log,
    async deliver(job, files, attempt) {
      if ((await results.read(job.id, files)) === null) return { kind: 'files_gone' };
      const wasSent = attempt > 1 && readdirSync(folder).some((name) => name.startsWith(`${job.id} `));
      if (!wasSent) writeFileSync(join(folder, `${job.id} ${attempt} ${process.pid}`), '');
      return { kind: 'delivered', messageId: null };
    },
  });
  await queue.start();
}
