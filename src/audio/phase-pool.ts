import { Worker } from 'node:worker_threads';
import { CancelledError, RiffError, throwIfAborted } from '../errors.ts';
import type { MelInverse } from '../spectrogram/mel-inverse.ts';
import { type Control, cancelSoon, createControl, endNow } from './phase-control.ts';
import { type FollowOptions, type PhaseTask, phaseRecovery } from './phase-recovery.ts';
import type { PhaseAnswer, PhaseOrder, PhaseWorkerData } from './phase-worker.ts';

/** Threads that share the work of one phase recovery at a time. */
export interface PhasePool {
  /** Smaller tasks run faster on one thread. */
  readonly fewestFrames: number;
  /**
   * Overwrites `task.result`. Runs one task at a time; others wait. The task's arrays must be on SharedArrayBuffers.
   * Rejects with CancelledError within an iteration of the signal, with RiffError('engine_failed') if a thread dies.
   */
  recover(task: PhaseTask, inverse: MelInverse, options: FollowOptions): Promise<void>;
}

/** The threads are stopped after a task with a larger spectrum; 24 seconds of riff-mini's sound. */
const MOST_KEPT_BYTES = 20 * 1024 ** 2;
const FRAMES_PER_THREAD = 64;
const MOST_THREADS = 8;

/** Starts threads with the first task and keeps them for later ones; they do not keep the process alive. */
export function createPhasePool(threads: number): PhasePool {
  const count = Math.min(threads, MOST_THREADS);
  let workers: readonly Worker[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const stop = async (): Promise<void> => {
    const stopping = workers;
    workers = [];
    await Promise.all(stopping.map((worker) => worker.terminate()));
  };
  const recover: PhasePool['recover'] = async (task, inverse, options) => {
    throwIfAborted(options.signal);
    if (workers.length === 0) workers = startWorkers(count);
    try {
      await runTask(workers, task, inverse, options);
    } catch (thrown) {
      // After a fault the state of the threads is unknown.
      if (!(thrown instanceof CancelledError)) await stop();
      throw thrown;
    } finally {
      // Idle threads collect no garbage, so they would keep the task's memory.
      if (task.spectrum.byteLength > MOST_KEPT_BYTES) await stop();
    }
    throwIfAborted(options.signal);
  };
  return {
    fewestFrames: FRAMES_PER_THREAD * count,
    recover(task, inverse, options) {
      const run = last.then(() => recover(task, inverse, options));
      last = run.catch(() => {});
      return run;
    },
  };
}

function startWorkers(count: number): readonly Worker[] {
  return Array.from({ length: count }, (_, index) => {
    const data: PhaseWorkerData = { index, count };
    const worker = new Worker(new URL('./phase-worker.ts', import.meta.url), { workerData: data });
    worker.unref();
    return worker;
  });
}

async function runTask(
  workers: readonly Worker[],
  task: PhaseTask,
  inverse: MelInverse,
  { onProgress, signal }: FollowOptions,
): Promise<void> {
  const control = createControl();
  const cancel = (): void => cancelSoon(control);
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await orderAll(workers, { kind: 'invertMel', task, control }, control);
    throwIfAborted(signal);
    // The only step that cannot be divided among threads.
    phaseRecovery(task, inverse).firstPhases();
    await orderAll(workers, { kind: 'iterate' }, control, onProgress);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

/** Resolves when every worker has finished; rejects when one dies, after releasing the others. */
async function orderAll(
  workers: readonly Worker[],
  order: PhaseOrder,
  control: Control,
  onProgress?: (finished: number) => void,
): Promise<void> {
  const answers = workers.map((worker) =>
    answered(worker, order, onProgress).catch((thrown: unknown) => {
      endNow(control);
      throw thrown;
    }),
  );
  const failed = (await Promise.allSettled(answers)).find((answer) => answer.status === 'rejected');
  if (failed) throw failed.reason;
}

function answered(
  worker: Worker,
  order: PhaseOrder,
  onProgress: ((finished: number) => void) | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (fault?: Error): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit).unref();
      if (fault) reject(fault);
      else resolve();
    };
    const onMessage = (answer: PhaseAnswer): void => {
      if (answer.kind === 'done') settle();
      else onProgress?.(answer.finished);
    };
    const onError = (error: Error): void => settle(fault(error.message));
    const onExit = (code: number): void => settle(fault(`it ended with code ${code}`));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit).ref();
    worker.postMessage(order);
  });
}

function fault(reason: string): RiffError {
  return new RiffError(
    'engine_failed',
    `phase recovery: expected its thread to answer, got: ${reason}; try again`,
  );
}
