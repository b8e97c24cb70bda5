import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createManualClock } from 'local-discord/clock';
import { ChildEngine, type ChildEngineOptions } from '../../src/engine/child-engine.ts';
import type { EngineEvent } from '../../src/engine/supervisor.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { RenderOptions, RenderProgress, RiffFiles } from '../../src/riff/engine.ts';
import type { RiffRequest } from '../../src/riff/request.ts';
import { hastyClock } from './hasty-clock.ts';

const CHILD = fileURLToPath(new URL('./children/scripted-child.ts', import.meta.url));
const MEBIBYTE = 1024 * 1024;
const base = mkdtempSync(join(tmpdir(), 'riff-engine-'));
after(() => rmSync(base, { recursive: true, force: true }));

let folders = 0;

interface Bench {
  readonly engine: ChildEngine;
  readonly events: EngineEvent[];
  readonly outputFolder: string;
}

/** Each test has an engine, a folder and a clock of its own; pauses pass twenty times faster than they say. */
function bench(options: Partial<ChildEngineOptions> = {}): Bench {
  const outputFolder = join(base, String(folders++));
  const events: EngineEvent[] = [];
  const engine = new ChildEngine({
    modelFolder: 'models/scripted',
    device: 'CPU',
    outputFolder,
    clock: hastyClock(20),
    command: { command: process.execPath, args: [CHILD, String(process.pid)] },
    onEvent: (event) => events.push(event),
    ...options,
    // Far above what a busy machine needs: only the tests about the watchdog are about time.
    limits: { handshakeMs: 1_000_000, stepFloorMs: 1_000_000, ...options.limits },
  });
  return { engine, events, outputFolder };
}

function request(prompt: string, steps = 3): RiffRequest {
  return {
    prompt,
    negativePrompt: '',
    seed: 1,
    steps,
    guidanceScale: 4,
    scheduler: 'dpmpp_2m',
    profile: 'fast',
  };
}

function quiet(options: Partial<RenderOptions> = {}): RenderOptions {
  return { onProgress: () => {}, signal: new AbortController().signal, ...options };
}

/** By its first step the scripted child is ready to hear a cancel. */
function afterFirstStep(abort: AbortController): RenderOptions['onProgress'] {
  return ({ stepIndex }) => {
    if (stepIndex === 1) abort.abort();
  };
}

function pidOf(files: RiffFiles): number {
  return Number(String(files.warnings[0]).replace('pid ', ''));
}

const faultWith = (code: ErrorCode) => (thrown: unknown) =>
  (thrown as { code?: unknown }).code === code || assert.fail(`expected ${code}, got ${String(thrown)}`);

test('a render comes back as two checked files, its progress on the way', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());
  const beats: RenderProgress[] = [];

  const files = await engine.render(
    'job-1',
    request('steps'),
    quiet({ onProgress: (beat) => beats.push(beat) }),
  );

  assert.equal(readFileSync(files.picture.path, 'utf8'), 'a picture');
  assert.equal(readFileSync(files.wav.path, 'utf8'), 'a sound');
  assert.deepEqual(
    beats.map((beat) => beat.stepIndex),
    [0, 1, 2, 3, 3],
  );
});

test('the description waits for the model and tells what its warm-up took', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());

  const { msPerStep, msFixed } = await engine.describe();
  assert.deepEqual([msPerStep, msFixed], [10, 100]);
});

const WAYS_TO_DIE: readonly { readonly deed: string; readonly code: ErrorCode }[] = [
  { deed: 'segv', code: 'engine_crashed' },
  { deed: 'abort', code: 'engine_crashed' },
  { deed: 'exit 0', code: 'engine_crashed' },
  { deed: 'memory', code: 'out_of_memory' },
  { deed: 'garbage', code: 'engine_protocol' },
  { deed: 'nonsense', code: 'engine_protocol' },
  { deed: 'wrong job', code: 'engine_protocol' },
  { deed: 'torn pipe', code: 'engine_protocol' },
  { deed: 'torn frame', code: 'engine_protocol' },
  { deed: 'torn file', code: 'engine_protocol' },
  { deed: 'no file', code: 'engine_protocol' },
  { deed: 'native', code: 'openvino_failed' },
];

for (const { deed, code } of WAYS_TO_DIE) {
  test(`"${deed}" costs one render: ${code}, and the next one runs in a fresh process`, async (t) => {
    const { engine, events, outputFolder } = bench({ limits: { maxRssBytes: 400 * MEBIBYTE } });
    t.after(() => engine.close());
    const before = await engine.render('before', request('well'), quiet());

    await assert.rejects(engine.render('dying', request(deed), quiet()), faultWith(code));

    const ended = events.find((event) => event.kind === 'ended');
    assert.equal(ended?.pid, pidOf(before), 'the old process is gone before the render settles');
    assert.match(ended.output, /the scripted child is here/);
    const next = await engine.render('after', request('well'), quiet());
    assert.notEqual(pidOf(next), pidOf(before));
    assert.deepEqual(readdirSync(outputFolder).sort(), [
      'after.png',
      'after.wav',
      'before.png',
      'before.wav',
    ]);
  });
}

for (const deed of ['loop', 'stubborn loop']) {
  test(`"${deed}" is ended when it has been silent for the floor, not before`, async (t) => {
    const clock = createManualClock(0);
    const { engine, events } = bench({ clock, limits: { stepFloorMs: 30_000, killAfterMs: 2000 } });
    t.after(() => engine.close());
    const looping = Promise.withResolvers<void>();

    const render = engine.render('job-1', request(deed), quiet({ onProgress: () => looping.resolve() }));
    const outcome = assert.rejects(render, faultWith('engine_stalled'));
    await looping.promise;
    clock.advance(29_999);
    assert.ok(!events.some((event) => event.kind === 'ended'));
    clock.advance(1);
    clock.advance(2000);
    await outcome;

    clock.advance(1000);
    await engine.render('job-2', request('well'), quiet());
  });
}

test('a slow child that keeps moving is left alone', async (t) => {
  const clock = createManualClock(0);
  const { engine, events } = bench({ clock, limits: { stepFloorMs: 30_000 } });
  t.after(() => engine.close());

  await engine.render('job-1', request('steps', 20), quiet({ onProgress: () => clock.advance(29_000) }));

  assert.ok(clock.now() > 20 * 29_000);
  assert.ok(!events.some((event) => event.kind === 'ended'));
});

test('an output folder that is gone before its files are read is no fault of the engine, which goes on', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());
  const before = await engine.render('job-1', request('well'), quiet());

  await assert.rejects(engine.render('job-2', request('folder gone'), quiet()), faultWith('output_failed'));

  mkdirSync(dirname(before.wav.path), { recursive: true });
  assert.equal(pidOf(await engine.render('job-3', request('well'), quiet())), pidOf(before));
});

test('a refusal by the renderer keeps the process', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());
  const before = await engine.render('job-1', request('well'), quiet());

  await assert.rejects(engine.render('job-2', request('refuse'), quiet()), { message: 'a flat picture' });

  assert.equal(pidOf(await engine.render('job-3', request('well'), quiet())), pidOf(before));
});

test('a second render at the same time is refused and does not disturb the first', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());

  const first = engine.render('job-1', request('steps'), quiet());
  await assert.rejects(engine.render('job-2', request('well'), quiet()), faultWith('engine_failed'));

  assert.ok(await first);
});

test('a cancelled render settles when the child has let go, and the process stays', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());
  const before = await engine.render('job-1', request('well'), quiet());
  const abort = new AbortController();

  const render = engine.render(
    'job-2',
    request('until cancelled'),
    quiet({ signal: abort.signal, onProgress: afterFirstStep(abort) }),
  );
  await assert.rejects(render, faultWith('cancelled'));

  assert.equal(pidOf(await engine.render('job-3', request('well'), quiet())), pidOf(before));
});

test('a cancel that comes too late for the child is still a cancel, and leaves no files', async (t) => {
  const { engine, outputFolder } = bench();
  t.after(() => engine.close());
  const abort = new AbortController();

  const render = engine.render(
    'job-1',
    request('deaf to cancel'),
    quiet({ signal: abort.signal, onProgress: afterFirstStep(abort) }),
  );
  await assert.rejects(render, faultWith('cancelled'));

  assert.deepEqual(readdirSync(outputFolder), []);
});

test('a cancel while the model loads ends the wait at once', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());
  const abort = new AbortController();

  const render = engine.render('job-1', request('well'), quiet({ signal: abort.signal }));
  abort.abort();

  await assert.rejects(render, faultWith('cancelled'));
});

test('a child that hangs after a cancel is ended by the watchdog, and the render is cancelled', async (t) => {
  const clock = createManualClock(0);
  const { engine } = bench({ clock, limits: { stepFloorMs: 30_000 } });
  t.after(() => engine.close());
  const abort = new AbortController();
  const looping = Promise.withResolvers<void>();

  const render = engine.render(
    'job-1',
    request('loop'),
    quiet({ signal: abort.signal, onProgress: () => looping.resolve() }),
  );
  const outcome = assert.rejects(render, faultWith('cancelled'));
  await looping.promise;
  abort.abort();
  clock.advance(30_000);
  await outcome;
});

test('a model that cannot be loaded is told at once', async (t) => {
  const { engine } = bench({ device: 'missing' });
  t.after(() => engine.close());

  await assert.rejects(engine.describe(), { code: 'invalid_model', message: 'no such model' });
  await assert.rejects(engine.render('job-1', request('well'), quiet()), faultWith('engine_unavailable'));
});

test('a child that dies while loading is started again with growing pauses before those who wait are told', async (t) => {
  const { engine, events } = bench({ device: 'crash' });
  t.after(() => engine.close());

  await assert.rejects(engine.describe(), {
    code: 'engine_crashed',
    message: /while it was starting .*OPENVINO_BINDING=c-api/,
  });

  assert.deepEqual(
    events.flatMap((event) => (event.kind === 'backing_off' ? [event.afterMs] : [])),
    [1000, 2000, 4000],
  );
});

test('a program that does not exist is a failed start, not a crash of the caller', async (t) => {
  const { engine } = bench({ command: { command: join(base, 'nothing-here'), args: [] } });
  t.after(() => engine.close());

  await assert.rejects(engine.describe(), /could not be started/);
});

test('a child of another protocol is never used', async (t) => {
  const { engine } = bench({
    command: { command: process.execPath, args: [CHILD, String(process.pid), '99'] },
    limits: { startAttempts: 1 },
  });
  t.after(() => engine.close());

  await assert.rejects(engine.describe(), faultWith('engine_protocol'));
});

test('an output folder that cannot be made is named', async (t) => {
  const file = join(base, 'a-file');
  writeFileSync(file, '');
  const { engine } = bench({ outputFolder: join(file, 'riffs'), limits: { startAttempts: 1 } });
  t.after(() => engine.close());

  await assert.rejects(engine.describe(), /expected an output folder that can be written/);
});

test('a job id that could leave the folder is refused', async (t) => {
  const { engine } = bench();
  t.after(() => engine.close());

  await assert.rejects(engine.render('../escape', request('well'), quiet()), /expected a job id/);
  assert.ok(!existsSync(join(base, 'escape.png')));
});

test('after its share of renders an idle process is replaced, and nobody notices', async (t) => {
  const clock = createManualClock(0);
  const { engine, events } = bench({ clock, limits: { recycleAfter: 2, recycleIdleMs: 2000 } });
  t.after(() => engine.close());
  const renderPid = async (jobId: string) => pidOf(await engine.render(jobId, request('well'), quiet()));

  const first = await renderPid('job-1');
  assert.equal(await renderPid('job-2'), first);
  clock.advance(1999);
  assert.equal(await renderPid('job-3'), first, 'not idle for long enough');
  clock.advance(2000);

  assert.notEqual(await renderPid('job-4'), first);
  assert.ok(events.every((event) => event.kind !== 'ended' || event.expected));
});

test('a process that is never idle is replaced after twice its share', async (t) => {
  const clock = createManualClock(0);
  const { engine } = bench({ clock, limits: { recycleAfter: 1 } });
  t.after(() => engine.close());

  const first = pidOf(await engine.render('job-1', request('well'), quiet()));
  assert.equal(pidOf(await engine.render('job-2', request('well'), quiet())), first);
  clock.advance(0);

  assert.notEqual(pidOf(await engine.render('job-3', request('well'), quiet())), first);
});

test('closing ends the child, and whoever still asks is told', async () => {
  const { engine, events } = bench();
  await engine.describe();

  await engine.close();

  assert.equal(events.at(-1)?.kind, 'ended');
  await assert.rejects(engine.describe(), /closed/);
});
