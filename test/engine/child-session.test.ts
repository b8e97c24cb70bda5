import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Duplex, duplexPair } from 'node:stream';
import { after, test } from 'node:test';
import { type ChildRenderer, type OpenRenderer, serve } from '../../src/engine/child-session.ts';
import { encodeFrame, FrameDecoder } from '../../src/engine/frames.ts';
import {
  type ChildMessage,
  MOST_PREVIEW_BYTES,
  type ParentMessage,
  PROTOCOL_VERSION,
  parseChildMessage,
} from '../../src/engine/protocol.ts';
import { CancelledError, RiffError } from '../../src/errors.ts';
import { ABILITIES } from '../abilities.ts';

const folder = mkdtempSync(join(tmpdir(), 'riff-session-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const REQUEST = {
  prompt: 'jazz 🎷 \ud800',
  negativePrompt: '',
  seed: 1,
  steps: 2,
  guidanceScale: 4,
  scheduler: 'dpmpp_2m',
  profile: 'balanced',
} as const;

const START = {
  type: 'start',
  version: PROTOCOL_VERSION,
  modelFolder: 'models/stub',
  device: 'CPU',
  openvino: { binding: null, library: null },
  modelCache: null,
  outputFolder: folder,
} as const;

const RENDERER: ChildRenderer = {
  description: {
    model: 'stub',
    modelVersion: '1',
    device: 'CPU',
    openvino: 'none',
    defaults: { steps: 2, guidanceScale: 4, scheduler: 'dpmpp_2m' },
    schedulers: ['dpmpp_2m'],
    ...ABILITIES,
    clipMs: 5120,
    wavBytes: 10,
    msPerStep: 1,
    msFixed: 1,
  },
  render: async (request, { onProgress }) => {
    onProgress({ stage: 'denoise', stepIndex: 1, steps: request.steps });
    return {
      png: Buffer.from('a picture'),
      wav: Buffer.from('a sound'),
      recipe: { ...request, model: 'stub', modelVersion: '1', device: 'CPU', generator: 'test' },
      warnings: ['a note'],
      durationMs: { sound: 5120, render: 3 },
      timings: { denoise: 2 },
    };
  },
};

/** The parent's end of a session: what arrives, and a way to answer. */
class Parent {
  readonly ended: Promise<void>;
  readonly #pipe: Duplex;
  readonly #decoder = new FrameDecoder();
  readonly #arrived: ChildMessage[] = [];
  readonly #chunks: AsyncIterator<Buffer>;

  constructor(openRenderer: OpenRenderer) {
    const [parentEnd, childEnd] = duplexPair();
    this.#pipe = parentEnd;
    this.#chunks = parentEnd[Symbol.asyncIterator]();
    this.ended = serve(childEnd, openRenderer);
    this.ended.catch(() => {});
  }

  send(message: ParentMessage): void {
    this.#pipe.write(encodeFrame(message));
  }

  write(bytes: Uint8Array): void {
    this.#pipe.write(bytes);
  }

  close(): void {
    this.#pipe.end();
  }

  async next(): Promise<ChildMessage> {
    while (this.#arrived.length === 0) {
      const { value } = await this.#chunks.next();
      this.#arrived.push(...this.#decoder.push(value).map(parseChildMessage));
    }
    return this.#arrived.shift() as ChildMessage;
  }

  async started(): Promise<this> {
    assert.equal((await this.next()).type, 'hello');
    this.send(START);
    assert.equal((await this.next()).type, 'ready');
    return this;
  }
}

test('a render reports progress, writes into the output folder and answers with sizes and hashes', async () => {
  const parent = await new Parent(async () => RENDERER).started();

  parent.send({ type: 'render', jobId: 'job-1', request: REQUEST });

  assert.deepEqual(await parent.next(), {
    type: 'beat',
    jobId: 'job-1',
    progress: { stage: 'denoise', stepIndex: 1, steps: 2 },
  });
  const done = await parent.next();
  assert.equal(done.type, 'done');
  assert.equal(done.result.recipe.prompt, REQUEST.prompt);
  assert.deepEqual(done.result.picture, {
    name: 'job-1.png',
    bytes: 9,
    sha256: '92b2fa58028958317e408bd84ecfa70f5ee35b121991dbc232c49d166353708b',
  });
  assert.equal(readFileSync(join(folder, 'job-1.wav'), 'utf8'), 'a sound');
  assert.deepEqual(readdirSync(folder).sort(), ['job-1.png', 'job-1.wav']);
});

test('a preview is sent where somebody waits for one, and no larger one than fits', async () => {
  const jpegs = [Buffer.from('a look'), Buffer.alloc(MOST_PREVIEW_BYTES + 1)];
  const previewing: ChildRenderer = {
    ...RENDERER,
    render: async (request, options) => {
      for (const jpeg of jpegs) options.onPreview?.(jpeg);
      return RENDERER.render(request, options);
    },
  };
  const parent = await new Parent(async () => previewing).started();

  for (const withPreview of [true, false]) {
    const jobId = `job-${withPreview}`;
    parent.send({ type: 'render', jobId, request: REQUEST, withPreview });
    const jpeg = Buffer.from('a look').toString('base64');
    if (withPreview) assert.deepEqual(await parent.next(), { type: 'preview', jobId, jpeg });
    assert.equal((await parent.next()).type, 'beat');
    assert.equal((await parent.next()).type, 'done');
  }
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { recursive: true });
});

test('loading reports progress, too, and a failed load is told with its code', async () => {
  const parent = new Parent(async (_start, onProgress) => {
    onProgress({ stage: 'load', stepIndex: 0, steps: 0 });
    throw new RiffError('invalid_model', 'no such model');
  });
  assert.equal((await parent.next()).type, 'hello');
  parent.send({ ...START, modelFolder: 'x' });

  assert.equal((await parent.next()).type, 'beat');
  const failed = { type: 'failed', jobId: null, code: 'invalid_model', message: 'no such model' };
  assert.deepEqual(await parent.next(), failed);
});

test('a failed render leaves the session ready for the next', async () => {
  let renders = 0;
  const flaky: ChildRenderer = {
    ...RENDERER,
    render: async (request, options) => {
      if (renders++ === 0) throw new TypeError('a bug');
      return RENDERER.render(request, options);
    },
  };
  const parent = await new Parent(async () => flaky).started();

  parent.send({ type: 'render', jobId: 'job-2', request: REQUEST });
  const failed = { type: 'failed', jobId: 'job-2', code: 'engine_failed', message: 'a bug' };
  assert.deepEqual(await parent.next(), failed);
  parent.send({ type: 'render', jobId: 'job-3', request: REQUEST });
  assert.equal((await parent.next()).type, 'beat');
  assert.equal((await parent.next()).type, 'done');
});

const SPOILS: Readonly<Record<string, () => void>> = {
  'is gone': () => rmSync(folder, { recursive: true }),
  'is a file': () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
  },
  'has a folder in the way': () => mkdirSync(join(folder, 'job-9.wav', 'x'), { recursive: true }),
};
for (const [what, spoil] of Object.entries(SPOILS)) {
  test(`an output folder that ${what} is made again or told apart from a failed render`, async () => {
    const parent = await new Parent(async () => RENDERER).started();
    spoil();
    parent.send({ type: 'render', jobId: 'job-9', request: REQUEST });
    assert.equal((await parent.next()).type, 'beat');
    const answer = await parent.next();
    if (what === 'is gone') assert.equal(answer.type, 'done');
    else assert.equal(answer.type === 'failed' && answer.code, 'output_failed');
    rmSync(folder, { recursive: true });
    // The session may have made it again meanwhile.
    mkdirSync(folder, { recursive: true });
  });
}

test('a cancel aborts the render it names and no other', async () => {
  const patient: ChildRenderer = {
    ...RENDERER,
    render: (_request, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new CancelledError()));
      }),
  };
  const parent = await new Parent(async () => patient).started();

  parent.send({ type: 'render', jobId: 'job-4', request: REQUEST });
  parent.send({ type: 'cancel', jobId: 'job-0' });
  parent.send({ type: 'cancel', jobId: 'job-4' });

  const failed = { type: 'failed', jobId: 'job-4', code: 'cancelled', message: 'cancelled' };
  assert.deepEqual(await parent.next(), failed);
});

test('a second render while one runs ends the session', async () => {
  const endless: ChildRenderer = { ...RENDERER, render: () => new Promise(() => {}) };
  const parent = await new Parent(async () => endless).started();

  parent.send({ type: 'render', jobId: 'job-5', request: REQUEST });
  parent.send({ type: 'render', jobId: 'job-6', request: REQUEST });

  await assert.rejects(parent.ended, { code: 'engine_protocol' });
});

test('a parent that speaks nonsense ends the session', async () => {
  const parent = await new Parent(async () => RENDERER).started();
  parent.write(Buffer.alloc(16, 0xff));
  await assert.rejects(parent.ended, { code: 'engine_protocol' });
});

test('a closed pipe ends the session', async () => {
  const parent = await new Parent(async () => RENDERER).started();
  parent.close();
  await parent.ended;
});
