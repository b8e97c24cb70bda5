/** A `bot` without Discord or a `worker` without a model, made to be killed. Prints `delivered ID ATTEMPT`. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/clock.ts';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { openStores, requireShared } from '../../../src/open-stores.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { startWorker } from '../../../src/start-worker.ts';
import { RemoteWorkers } from '../../../src/worker/remote-workers.ts';
import { PacedEngine } from '../../store/postgres/paced-engine.ts';

const RENDER_MS = 150;
const config = readConfig({ ...process.env, STARTS_PER_MINUTE: '10000' });
const log = createLog('silent');
const parts = new AsyncDisposableStack();

/** The server may be away at the start. */
for (;;) {
  try {
    await start();
    break;
  } catch {
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function start(): Promise<void> {
  const stores = await openStores({ config, clock: systemClock, log, parts });
  if (process.argv[2] === 'worker') {
    const engines = [new PacedEngine(mkdtempSync(join(tmpdir(), 'riff-soak-')), RENDER_MS)];
    await startWorker({ config, modelFolder: '', log, engines }, stores);
    return;
  }
  const { registry, openSession } = requireShared(stores, 'bot');
  const presence = await openSession();
  const { jobs, clock } = stores;
  const worker = new RemoteWorkers({ store: jobs, registry, presence, news: presence, clock, log });
  const queue = new RiffQueue({
    store: jobs,
    worker,
    clock,
    log,
    async deliver(job, files, attempt) {
      if ((await stores.results.read(job.id, files)) === null) return { kind: 'files_gone' };
      process.stdout.write(`delivered ${job.id} ${attempt}\n`);
      return { kind: 'delivered', messageId: null };
    },
  });
  await queue.start();
}
