import { parentPort, workerData } from 'node:worker_threads';
import { createMelInverse, type MelInverse } from '../spectrogram/mel-inverse.ts';
import { type Control, meet, pieceOf } from './phase-control.ts';
import { type PhaseRecovery, type PhaseTask, phaseRecovery } from './phase-recovery.ts';

/** This thread is number `index` of `count`. */
export interface PhaseWorkerData {
  readonly index: number;
  readonly count: number;
}

export type PhaseOrder =
  | { readonly kind: 'invertMel'; readonly task: PhaseTask; readonly control: Control }
  | { readonly kind: 'iterate' };

export type PhaseAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'progress'; readonly finished: number };

const { index, count } = workerData as PhaseWorkerData;
let held:
  | { readonly task: PhaseTask; readonly control: Control; readonly recovery: PhaseRecovery }
  | undefined;

parentPort?.on('message', (order: PhaseOrder) => {
  if (order.kind === 'invertMel') {
    const { task, control } = order;
    held = { task, control, recovery: phaseRecovery(task, inverseOf(task)) };
    held.recovery.invertMel(pieceOf(task.frames, index, count));
  } else iterate();
  answer({ kind: 'done' });
});

const inverses = new Map<string, MelInverse>();

function inverseOf({ params, shape }: PhaseTask): MelInverse {
  const key = JSON.stringify([params, shape.nFft]);
  const inverse = inverses.get(key) ?? createMelInverse(params, shape.nFft);
  inverses.set(key, inverse);
  return inverse;
}

/** Ends early when the task is cancelled. */
function iterate(): void {
  if (!held) throw new Error('expected a task before its iterations');
  const { task, control, recovery } = held;
  const frames = pieceOf(task.frames, index, count);
  const samples = pieceOf(task.waveform.length, index, count);
  recovery.applyPhases(frames);
  for (let iteration = 0; iteration < task.iterations; iteration++) {
    // All threads have finished reading the waveform and writing the spectrum.
    if (!meet(control, count)) return;
    if (index === 0) answer({ kind: 'progress', finished: iteration / task.iterations });
    recovery.toWaveform(samples);
    if (!meet(control, count)) return;
    recovery.toSpectrum(frames);
  }
  if (!meet(control, count)) return;
  recovery.toResult(pieceOf(task.result.length, index, count));
  held = undefined;
}

function answer(value: PhaseAnswer): void {
  parentPort?.postMessage(value);
}
