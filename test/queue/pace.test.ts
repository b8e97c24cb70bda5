import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forecast, learnPace, type Pace, Paces, remainingMs, renderTimeMs } from '../../src/queue/pace.ts';
import { ABILITIES } from '../abilities.ts';
import { exampleDraft } from './bench/example-jobs.ts';
import { setUpQueue, UNLIMITED } from './bench/queue-bench.ts';
import { settle } from './bench/queue-clock.ts';

const WORK = { ...exampleDraft('ann').request, steps: 20, guidanceScale: 7, profile: 'balanced' } as const;
const PACE: Pace = { msPerStep: 100, msFixed: 500 };

const measured = (renderMs: number, denoiseMs: number) => ({
  durationMs: { sound: 5000, render: renderMs },
  timings: { denoise: denoiseMs },
});

describe('the pace', () => {
  test('the first render counts whole, steps and the rest apart', () => {
    assert.deepEqual(learnPace(null, WORK, measured(2500, 2000)), PACE);
  });

  test('a render without guidance tells the cost of a step with it', () => {
    const unguided = { ...WORK, guidanceScale: 1 };
    assert.deepEqual(learnPace(null, unguided, measured(1500, 1000)), PACE);
    assert.equal(renderTimeMs(PACE, unguided), 1500);
    assert.equal(renderTimeMs(PACE, WORK), 2500);
  });

  test('a machine that gets three times slower is known within 10 % after six renders', () => {
    let pace = PACE;
    for (let render = 0; render < 6; render += 1) pace = learnPace(pace, WORK, measured(7500, 6000));
    assert.ok(Math.abs(renderTimeMs(pace, WORK) - 7500) < 750, `${renderTimeMs(pace, WORK)} ms`);
  });
});

test('a slow profile of one server does not change the estimates of another profile', () => {
  const paces = new Paces();
  paces.assume({ msPerStep: 1, msFixed: 1, ...ABILITIES });
  for (let render = 0; render < 10; render += 1) paces.learn(WORK, measured(2500, 2000));
  paces.learn({ ...WORK, profile: 'classic' }, measured(9000, 6000));
  assert.deepEqual(paces.of(WORK), PACE);
  assert.deepEqual(paces.of({ ...WORK, profile: 'classic' }), { msPerStep: 300, msFixed: 3000 });
  assert.deepEqual(paces.of({ ...WORK, profile: 'fast' }), { msPerStep: 1, msFixed: 1 });
});

describe('a piece', () => {
  const PIECE = { ...WORK, lengthSeconds: 20, bpm: 125 };
  const known = () => {
    const paces = new Paces();
    paces.assume({ ...PACE, ...ABILITIES });
    return paces;
  };

  test('takes its windows and its length in plain clips', () => {
    const pace = known().of(PIECE);
    assert.equal(pace?.msFixed, (PACE.msFixed * 20_000) / 5120);
    const { windows } = known().costOf(PIECE);
    assert.ok(windows >= 4, `${windows}`);
    assert.equal(pace?.msPerStep, PACE.msPerStep * windows);
  });

  test('teaches the pace of one clip', () => {
    const paces = known();
    const { windows, clips } = paces.costOf(PIECE);
    const denoiseMs = 20 * 300 * windows;
    paces.learn(PIECE, measured(denoiseMs + 900 * clips, denoiseMs));
    const { msPerStep = 0, msFixed = 0 } = paces.of(WORK) ?? {};
    assert.ok(Math.abs(msPerStep - 300) < 1e-6 && Math.abs(msFixed - 900) < 1e-6);
  });

  test('of latents that are kept paints nothing', () => {
    const loop = {
      ...WORK,
      loop: true,
      from: { kind: 'remix', of: { riff: PIECE, jobId: 'j1' }, strength: 0 },
    } as const;
    assert.equal(known().costOf(loop).windows, 0);
  });
});

describe('what is left of a running render', () => {
  const CASES = [
    { says: 'at the start all of it', stepIndex: 0, elapsedMs: 0, leftMs: 2500 },
    { says: 'on schedule by the clock', stepIndex: 10, elapsedMs: 1250, leftMs: 1250 },
    { says: 'behind schedule at least the open steps', stepIndex: 10, elapsedMs: 9000, leftMs: 1000 },
    { says: 'all of it where the clock was set back', stepIndex: 0, elapsedMs: -60_000, leftMs: 2500 },
    { says: 'late at the end: any moment', stepIndex: 20, elapsedMs: 9000, leftMs: 0 },
  ];
  for (const { says, stepIndex, elapsedMs, leftMs } of CASES) {
    test(says, () => {
      const progress = { stage: 'denoise', stepIndex, steps: 20 } as const;
      assert.equal(remainingMs(PACE, WORK, progress, elapsedMs), leftMs);
    });
  }

  test('of a piece by the part of all its windows’ steps', () => {
    const ofAPiece = { stage: 'denoise', stepIndex: 60, steps: 120 } as const;
    assert.equal(remainingMs(PACE, WORK, ofAPiece, 9000), 1000);
  });
});

describe('the forecast', () => {
  const CASES: readonly [string, readonly number[], readonly number[], number, readonly number[]][] = [
    ['one slot: one after the other', [10, 20, 30], [5], 1, [15, 35, 65]],
    ['two slots: the next goes where it is free first', [10, 20, 30], [5, 50], 2, [15, 35, 65]],
    ['an idle slot starts at once', [10, 20], [5], 2, [10, 25]],
    ['nothing waits', [], [5], 1, []],
  ];
  for (const [says, waiting, running, slots, ends] of CASES) {
    test(says, () => {
      assert.deepEqual(
        forecast(waiting, running, slots).map(({ endMs }) => endMs),
        ends,
      );
    });
  }
});

test('in a scripted load the median error of the ETA told at acceptance is at most 20 %', async () => {
  const { queue, engine, clock } = setUpQueue();
  engine.onRender = (render) => {
    // 1.3 s a step where the engine claimed 1 s, and every third render a fifth slower.
    const stepMs = engine.renders.length % 3 === 0 ? 1560 : 1300;
    const { steps } = render.request;
    clock.after(1000, () => render.step(0));
    for (let step = 1; step <= steps; step += 1) clock.after(1000 + step * stepMs, () => render.step(step));
    clock.after(2000 + steps * stepMs, () =>
      render.finish({ render: 2000 + steps * stepMs, denoise: steps * stepMs }),
    );
  };
  const told = new Map<string, { at: number; etaMs: number }>();
  const errors: number[] = [];
  queue.on('rendered', (job) => {
    const promise = told.get(job.id);
    if (!promise) return;
    const tookMs = clock.now() - promise.at;
    errors.push(Math.abs(promise.etaMs - tookMs) / tookMs);
  });
  await queue.start();
  await settle();
  for (let index = 0; index < 40; index += 1) {
    const admission = await queue.enqueue(
      exampleDraft(`u${index}`, 'g1', { steps: 10 + (index % 4) * 10 }),
      UNLIMITED,
    );
    if (admission.kind === 'accepted' && admission.position.etaMs !== null) {
      told.set(admission.job.id, { at: clock.now(), etaMs: admission.position.etaMs });
    }
    await clock.advance(30_000);
  }
  await clock.advance(600_000);
  assert.equal(errors.length, 40);
  const median = errors.sort((a, b) => a - b)[20] ?? 1;
  assert.ok(median <= 0.2, `median error ${(median * 100).toFixed(1)} %`);
  await queue.drain(0);
});
