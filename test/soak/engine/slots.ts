import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/clock.ts';
import { createLog } from '../../../src/log.ts';
import { RiffQueue } from '../../../src/queue/riff-queue.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { ResultFolder } from '../../../src/store/result-folder.ts';
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { Worker } from '../../../src/worker/worker.ts';
import { seededRandom } from '../../queue/bench/seeded-random.ts';
import { draftOf, requestOf, scriptedEngine } from '../process/engines.ts';
import { processesWith } from '../process/system.ts';
import { atLeast, atMost, judgedFrom, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/engine/slots.ts [cancels = 1000]`: cancels at random moments and, one in fifty, a hang that the watchdog
 * ends, on two engines. Bound: never more than two inferences alive, by the engines' own diary of begins and ends and
 * by the processes that the system shows.
 */
const SLOTS = 2;
const OPEN_JOBS = 6;
/** A `deaf to cancel` render finishes when told to stop; a `loop` hears nothing and meets the watchdog. */
const PROMPTS = ['10 ms a step', 'until cancelled', 'deaf to cancel'];
const HANG_EVERY = 50;
/** By then both engines have loaded and rendered at the same time. */
const CANCELS_FOR_EVERY_SLOT = 100;
const CANCELS_FOR_A_HANG = 4 * HANG_EVERY;
const PATIENCE_MS = 60_000;
const MOST_MS_A_CANCEL = 1000;
const LIMITS = { stepFloorMs: 1000, killAfterMs: 300 };
const UNLIMITED = {
  perUserWaiting: Infinity,
  perGuildWaiting: Infinity,
  perUserPerHour: Infinity,
  totalWaiting: Infinity,
};

export async function slots(count: number): Promise<SoakResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'riff-slots-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  process.env.RENDER_DIARY = join(folder, 'diary');
  // The next run's children must not write into a folder that is gone.
  parts.defer(() => void delete process.env.RENDER_DIARY);
  const died = new Map<number, number>();
  let hangs = 0;
  const engines = Array.from({ length: SLOTS }, (_, slot) =>
    scriptedEngine(folder, slot, LIMITS, (event) => {
      if (event.kind !== 'ended' || event.pid === null) return;
      died.set(event.pid, Date.now());
      if (!event.expected) hangs += 1;
    }),
  );
  const store = new SqlJobStore(new SqliteDatabase(':memory:'));
  const results = new ResultFolder(join(folder, 'results'));
  const [clock, log] = [systemClock, createLog('silent')];
  const queue = new RiffQueue({
    store,
    worker: new Worker({ store, results, engines, clock, log }),
    clock,
    log,
  });
  await queue.start();
  const close = () => Promise.all(engines.map((engine) => engine.close()));
  const processes = await cancelMany(queue, count).finally(close);
  await queue.drain(0);
  const diary = readFileSync(join(folder, 'diary'), 'utf8').trim().split('\n');
  const alive = mostAlive(diary, died);

  return {
    bounds: [
      atMost('most inferences alive', alive, SLOTS),
      atMost('most engine processes', processes, SLOTS),
      atLeast('most inferences alive', alive, 1),
      judgedFrom(CANCELS_FOR_EVERY_SLOT, count, atLeast('most inferences alive', alive, SLOTS)),
      judgedFrom(CANCELS_FOR_A_HANG, count, atLeast('hangs ended', hangs, 1)),
    ],
    figures: {
      slots: SLOTS,
      cancels: count,
      'hangs ended': hangs,
      renders: diary.filter((line) => line.includes(' begins ')).length,
      'most inferences alive': alive,
      'most engine processes': processes,
    },
  };
}

/** Returns how many engine processes the system showed at most. */
async function cancelMany(queue: RiffQueue, count: number): Promise<number> {
  const random = seededRandom(7);
  const seen: number[] = [];
  const stopping = new Set<string>();
  let asked = 0;
  const deadline = performance.now() + PATIENCE_MS + count * MOST_MS_A_CANCEL;
  while (stopping.size < count) {
    if (performance.now() > deadline) throw new Error(`expected ${count} cancels, got ${stopping.size}`);
    const { running, waiting } = await queue.list({ kind: 'all' });
    for (let open = waiting.length; open < OPEN_JOBS; open += 1) {
      asked += 1;
      const prompt = asked % HANG_EVERY === 0 ? 'loop' : (PROMPTS[asked % PROMPTS.length] ?? '');
      await queue.enqueue(draftOf(String(open), null, requestOf(prompt, 20)), UNLIMITED);
    }
    await pause(15 * random());
    // Now and then one whose engine still loads, mostly those that render.
    const meetsLoading = random() < 0.1;
    const job = running.find(({ id, state }) => {
      const renders = state.kind === 'running' && state.progress.stage === 'denoise';
      return !stopping.has(id) && (renders || meetsLoading);
    });
    if (!job) continue;
    stopping.add(job.id);
    // Not awaited: the next cancels fall into those that are still under way.
    void queue.cancel(job.id, { by: job.userId, reason: '' });
    if (stopping.size % 10 === 1) seen.push(processesWith('scripted-child.ts', String(process.pid)).length);
  }
  return largest(seen);
}

/** An inference lives from its begin to its end, or to the death of its process. */
function mostAlive(diary: readonly string[], died: ReadonlyMap<number, number>): number {
  const open = new Map<string, number>();
  let most = 0;
  for (const line of diary) {
    const [at = '', pid = '', what, jobId = ''] = line.split(' ');
    if (what === 'ends') open.delete(`${pid} ${jobId}`);
    else open.set(`${pid} ${jobId}`, Number(pid));
    for (const [key, owner] of open) if ((died.get(owner) ?? Infinity) <= Number(at)) open.delete(key);
    most = Math.max(most, open.size);
  }
  return most;
}

if (import.meta.main) await runAlone(import.meta.url, slots, 1000);
