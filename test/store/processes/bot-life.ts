/**
 * One life of a bot without Discord: a queue on the store in the folder `argv[2]`, made to be killed.
 * argv[3]: how many jobs it takes in, as fast as they are acknowledged; argv[4]: `work`, or `stuck` (the first delivery and
 * the second render never end), or `finish` (leaves when nothing is left to do).
 * Prints `accepted ID` when a job is acknowledged; a delivery is a line `ID ATTEMPT` in `deliveries` of that folder.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import type { Deliver } from '../../../src/queue/contract.ts';
import type { QueueLog } from '../../../src/queue/ports.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import type { RiffEngine } from '../../../src/riff/engine.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { Worker } from '../../../src/worker/worker.ts';
import { exampleDraft, exampleFiles } from '../../queue/bench/example-jobs.ts';
import { UNLIMITED } from '../../queue/bench/queue-bench.ts';
import { StubEngine } from '../../queue/bench/stub-engine.ts';

const [, , dataDir = '', jobs = '0', mode = 'work'] = process.argv;

const forever = () => new Promise<never>(() => {});
let renders = 0;

class QuickEngine extends StubEngine implements RiffEngine {
  override async render(...[jobId]: Parameters<RiffEngine['render']>) {
    renders += 1;
    if (mode === 'stuck' && renders === 2) await forever();
    await turn();
    return exampleFiles(jobId);
  }
}

const deliveries = join(dataDir, 'deliveries');

const deliver: Deliver = async (job, _files, attempt) => {
  if (mode === 'stuck') await forever();
  appendFileSync(deliveries, `${job.id} ${attempt}\n`);
  await turn();
  return { kind: 'delivered', messageId: null };
};

const database = openStore(dataDir);
const store = new SqlJobStore(database);
const clock = systemClock;
const log: QueueLog = {
  info: () => {},
  warn: () => {},
  error: (fields, message) => console.error(message, fields),
};
const worker = new Worker({
  store,
  engines: [new QuickEngine()],
  results: { checkWritable: async () => {} },
  clock,
  log,
});
const queue = new RiffQueue({
  store,
  worker,
  clock,
  log,
  deliver,
});
const isOpen = async (): Promise<boolean> =>
  (await database.get(`SELECT 1 FROM jobs WHERE state IN ('waiting', 'running', 'rendered')`)) !== null;
let ended = Promise.withResolvers<void>();
for (const event of ['done', 'failed'] as const) {
  queue.on(event, () => {
    ended.resolve();
    ended = Promise.withResolvers();
  });
}
await queue.start();
for (let index = 0; index < Number(jobs); index += 1) {
  const admission = await queue.enqueue(exampleDraft(`user-${index % 5}`), UNLIMITED);
  if (admission.kind === 'accepted') process.stdout.write(`accepted ${admission.job.id}\n`);
  if (mode === 'work') await turn();
}
if (mode === 'finish') {
  while (await isOpen()) await ended.promise;
  await queue.drain(10_000);
}
