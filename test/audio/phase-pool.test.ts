import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { cancelSoon, createControl, endNow, meet, pieceOf } from '../../src/audio/phase-control.ts';
import { createRandom } from '../../src/audio/random.ts';
import { createReconstructor, type ReconstructOptions } from '../../src/audio/reconstruct.ts';
import { createStft } from '../../src/audio/stft.ts';
import { CancelledError } from '../../src/errors.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';

/** As many as three threads share. */
const FRAMES = 200;

/** Lines that rise over noise, [nMels, frames]. */
function picture(): Float32Array {
  const random = createRandom(4);
  const { nMels } = RIFFUSION_PARAMS;
  return Float32Array.from({ length: nMels * FRAMES }, (_, i) => {
    const [band, frame] = [Math.floor(i / FRAMES), i % FRAMES];
    const line = (band + Math.floor(frame / 20)) % 37 === 0 ? 100 : 0;
    return random() * 5 + line;
  });
}

const MEL = picture();
const make = (threads: number, options: Partial<ReconstructOptions> = {}) =>
  createReconstructor(RIFFUSION_PARAMS, threads).waveform(MEL, FRAMES, {
    method: 'pghi',
    seed: 9,
    iterations: 3,
    ...options,
  });

for (const method of ['pghi', 'classic'] as const) {
  test(`${method}: the same bytes on any number of threads`, async () => {
    const alone = await make(1, { method });
    for (const threads of [2, 3]) assert.deepEqual(await make(threads, { method }), alone, `${threads}`);
  });
}

test('one pool takes several tasks, one after the other, and each its own', async () => {
  const reconstructor = createReconstructor(RIFFUSION_PARAMS, 2);
  const run = (seed: number) => reconstructor.waveform(MEL, FRAMES, { method: 'pghi', seed, iterations: 1 });
  const [one, other] = await Promise.all([run(1), run(2)]);
  assert.deepEqual(one, await make(1, { seed: 1, iterations: 1 }));
  assert.deepEqual(other, await make(1, { seed: 2, iterations: 1 }));
});

test('threads stay for the next task, but not with the memory of a long one', async () => {
  const reconstructor = createReconstructor(RIFFUSION_PARAMS, 2);
  let started = 0;
  const count = (): void => {
    started += 1;
  };
  process.on('worker', count);
  const run = (frames: number) => {
    const silence = new Float32Array(RIFFUSION_PARAMS.nMels * frames);
    return reconstructor.waveform(silence, frames, { method: 'classic', seed: 9, iterations: 0 });
  };
  await run(FRAMES);
  await run(FRAMES);
  assert.equal(started, 2);
  await run(700);
  assert.equal(started, 2);
  assert.ok((await run(FRAMES)).every((sample) => sample === 0));
  assert.equal(started, 4);
  process.off('worker', count);
});

test('progress is told in order, up to the end', async () => {
  const told: number[] = [];
  await make(2, { onProgress: (finished) => told.push(finished) });
  assert.deepEqual(told, [0, 1 / 3, 2 / 3, 1]);
});

test('a signal stops all threads, and the pool goes on with the next task', async () => {
  const reconstructor = createReconstructor(RIFFUSION_PARAMS, 2);
  const abort = new AbortController();
  const stopped = reconstructor.waveform(MEL, FRAMES, {
    method: 'pghi',
    seed: 9,
    iterations: 100_000,
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await assert.rejects(stopped, CancelledError);
  const next = await reconstructor.waveform(MEL, FRAMES, { method: 'pghi', seed: 9, iterations: 3 });
  assert.deepEqual(next, await make(1));
});

describe('threads that wait for each other', () => {
  /** A thread that comes to `meetings` meetings of two and says how many went on. */
  const other = (control: Int32Array, meetings: number): Promise<number> => {
    const code = `
      const { parentPort, workerData } = require('node:worker_threads');
      import(workerData.module).then(({ meet }) => {
        let met = 0;
        for (let i = 0; i < workerData.meetings; i++) met += meet(workerData.control, 2) ? 1 : 0;
        parentPort.postMessage(met);
      });`;
    const module = new URL('../../src/audio/phase-control.ts', import.meta.url).href;
    const worker = new Worker(code, { eval: true, workerData: { module, control, meetings } });
    return new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  };

  test('go on together', async () => {
    const control = createControl();
    const met = other(control, 5);
    for (let i = 0; i < 5; i++) assert.equal(meet(control, 2), true);
    assert.equal(await met, 5);
  });

  test('end together, in the same round', async () => {
    const control = createControl();
    const met = other(control, 5);
    let own = 0;
    for (let i = 0; i < 5; i++) {
      if (i === 2) cancelSoon(control);
      own += meet(control, 2) ? 1 : 0;
    }
    assert.equal(own, 2);
    assert.equal(await met, own);
  });

  test('do not wait for one that died', async () => {
    const control = createControl();
    const met = other(control, 1);
    endNow(control);
    assert.equal(await met, 0);
    assert.equal(meet(control, 2), false);
  });
});

test('the spans of all threads cover every item once', () => {
  for (const [length, count] of [
    [513, 2],
    [7, 3],
    [2, 5],
  ] as const) {
    const pieces = Array.from({ length: count }, (_, index) => pieceOf(length, index, count));
    const covered = pieces.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
    assert.deepEqual(
      covered,
      Array.from({ length }, (_, i) => i),
    );
  }
});

for (const boundary of ['reflect', 'circular'] as const) {
  test(`${boundary}: a waveform synthesized in spans is the whole one to the byte`, () => {
    const shape = { nFft: 64, winLength: 48, hopLength: 12, bins: 33, length: 240, boundary };
    const supply = (target: Float32Array, frame: number) => {
      for (let i = 0; i < target.length; i++) target[i] = Math.sin(frame * 17 + i * i);
    };
    const [whole, pieced] = [new Float32Array(240), new Float32Array(240)];
    createStft(shape).synthesize(supply, whole);
    for (let index = 0; index < 7; index++) {
      createStft(shape).synthesize(supply, pieced, pieceOf(240, index, 7));
    }
    assert.deepEqual(pieced, whole);
  });
}
