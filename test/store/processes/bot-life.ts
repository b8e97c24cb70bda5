/**
 * One life of a bot without Discord: a queue on the store in the folder `argv[2]`, made to be killed.
 * argv[3]: how many jobs it takes in, one every few milliseconds; argv[4]: `work`, or `stuck` (the first delivery and
 * the second render never end), or `finish` (leaves when nothing is left to do).
 * Prints `accepted ID` when a job is acknowledged; a delivery is a line `ID ATTEMPT` in `deliveries` of that folder.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import type { Deliver } from '../../../src/queue/contract.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import type { RiffEngine } from '../../../src/riff/engine.ts';
import { SqliteJobStore } from '../../../src/store/sqlite/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { exampleDraft, exampleFiles } from '../../queue/bench/example-jobs.ts';
import { StubEngine } from '../../queue/bench/stub-engine.ts';

const [, , dataDir = '', jobs = '0', mode = 'work'] = process.argv;
const RENDER_MS = 8;
const DELIVERY_MS = 3;

const forever = () => new Promise<never>(() => {});
let renders = 0;

class QuickEngine extends StubEngine implements RiffEngine {
  override async render(...[jobId]: Parameters<RiffEngine['render']>) {
    renders += 1;
    if (mode === 'stuck' && renders === 2) await forever();
    await sleep(RENDER_MS);
    return exampleFiles(jobId);
  }
}

const deliveries = join(dataDir, 'deliveries');

function wasDelivered(id: string): boolean {
  return existsSync(deliveries) && readFileSync(deliveries, 'utf8').includes(`${id} `);
}

const deliver: Deliver = async (job, _files, attempt) => {
  if (mode === 'stuck') await forever();
  await sleep(DELIVERY_MS);
  // What a repeated delivery can do with Discord too: look whether the message is there.
  if (attempt > 1 && wasDelivered(job.id)) return { kind: 'delivered', messageId: null };
  appendFileSync(deliveries, `${job.id} ${attempt}\n`);
  await sleep(DELIVERY_MS);
  return { kind: 'delivered', messageId: null };
};

const store = new SqliteJobStore(openStore(dataDir));
const queue = new RiffQueue({
  store,
  engines: [new QuickEngine()],
  clock: systemClock,
  log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
  deliver,
  limitsFor: () => ({ perUserWaiting: 1e6, perGuildWaiting: 1e6, perUserPerHour: 1e6, totalWaiting: 1e6 }),
});
await queue.start();
for (let index = 0; index < Number(jobs); index += 1) {
  const admission = await queue.enqueue(exampleDraft(`user-${index % 5}`));
  if (admission.kind === 'accepted') process.stdout.write(`accepted ${admission.job.id}\n`);
  if (mode === 'work') await sleep(4);
}
if (mode === 'finish') {
  const isOpen = async () =>
    (await store.countReady(Number.MAX_SAFE_INTEGER)) + (await store.running({ kind: 'all' })).length > 0;
  while (await isOpen()) await sleep(20);
  await queue.drain(10_000);
}
