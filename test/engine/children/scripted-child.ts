import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { encodeFrame, FrameDecoder } from '../../../src/engine/frames.ts';
import { leaveWithParent } from '../../../src/engine/parent-watch.ts';
import { PROTOCOL_VERSION } from '../../../src/engine/protocol.ts';
import { ABILITIES } from '../../abilities.ts';

/**
 * An engine's process that does what the prompt says (`20 ms a step` renders at that pace and can be cancelled), and loads
 * as the name of the device says. RENDER_DIARY names a file for a line per begin and end of a render;
 * ENGINE_BREAKAGE one that says, while it is there, how loading fails.
 */

interface Render {
  readonly jobId: string;
  readonly request: { readonly prompt: string; readonly steps: number };
}

const pipe = new Socket({ fd: 3, readable: true, writable: true });
const send = (message: unknown, sent = () => {}) => pipe.write(encodeFrame(message), sent);
const beat = (jobId: string | null, stepIndex: number, steps: number, sent?: () => void) =>
  send({ type: 'beat', jobId, progress: { stage: 'denoise', stepIndex, steps } }, sent);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let outputFolder = '';
let cancelled: (jobId: string) => void = () => {};
const held: Buffer[] = [];

const DEEDS: Readonly<Record<string, (render: Render) => void>> = {
  well: finish,
  segv: () => process.kill(process.pid, 'SIGSEGV'),
  abort: () => process.abort(),
  'exit 0': () => process.exit(0),
  memory: () => swell(),
  loop: () => spin(),
  'stubborn loop': () => {
    process.on('SIGTERM', () => {});
    spin();
  },
  garbage: () => pipe.write(Buffer.alloc(64, 0xff)),
  nonsense: () => send({ type: 'applause' }),
  'wrong job': () => beat('another-job', 1, 1),
  'torn pipe': () => {
    pipe.destroy();
    setInterval(() => {}, 1000);
  },
  'torn frame': ({ jobId }) => {
    pipe.end(encodeFrame({ type: 'done', jobId }).subarray(0, 10));
    setInterval(() => {}, 1000);
  },
  'torn file': (render) => {
    finish(render, (bytes) => bytes.subarray(0, bytes.length - 1));
  },
  'folder gone': (render) => {
    finish(render, () => {
      rmSync(outputFolder, { recursive: true, force: true });
      return null;
    });
  },
  'no file': (render) => finish(render, () => null),
  refuse: ({ jobId }) => send({ type: 'failed', jobId, code: 'engine_failed', message: 'a flat picture' }),
  native: ({ jobId }) =>
    send({ type: 'failed', jobId, code: 'openvino_failed', message: 'the device refused' }),
  'until cancelled': ({ jobId, request }) => {
    cancelled = () => fail(jobId, 'cancelled');
    beat(jobId, 1, request.steps);
  },
  'deaf to cancel': (render) => {
    cancelled = () => finish(render);
    beat(render.jobId, 1, render.request.steps);
  },
  steps: (render) => walk(render, 1),
};

function deedOf(prompt: string): ((render: Render) => void) | undefined {
  const paceMs = /^(\d+) ms a step/.exec(prompt)?.[1];
  return paceMs === undefined ? DEEDS[prompt] : (render) => stroll(render, Number(paceMs));
}

/** As a real render does: beat by beat, and a cancel takes effect between two steps. */
function stroll(render: Render, paceMs: number): void {
  const { jobId, request } = render;
  let stepIndex = 0;
  const stepOn = setInterval(() => {
    stepIndex += 1;
    beat(jobId, stepIndex, request.steps);
    if (stepIndex < request.steps) return;
    clearInterval(stepOn);
    cancelled = () => {};
    finish(render);
  }, paceMs);
  cancelled = () => {
    clearInterval(stepOn);
    fail(jobId, 'cancelled');
  };
}

function fail(jobId: string, code: string): void {
  note('ends', jobId);
  send({ type: 'failed', jobId, code, message: code });
}

/** Whole lines of a few bytes: appends of several processes do not mix. */
function note(what: 'begins' | 'ends', jobId: string): void {
  const { RENDER_DIARY } = process.env;
  if (RENDER_DIARY) appendFileSync(RENDER_DIARY, `${Date.now()} ${process.pid} ${what} ${jobId}\n`);
}

function finish({ jobId, request }: Render, tear: (bytes: Buffer) => Buffer | null = (bytes) => bytes): void {
  beat(jobId, request.steps, request.steps);
  const save = (name: string, text: string) => {
    const bytes = Buffer.from(text);
    const written = tear(bytes);
    if (written) writeFileSync(join(outputFolder, name), written);
    return { name, bytes: bytes.length, sha256: sha256(bytes) };
  };
  const result = {
    picture: save(`${jobId}.png`, 'a picture'),
    wav: save(`${jobId}.wav`, 'a sound'),
    recipe: { ...request, model: 'scripted', modelVersion: '1', device: 'CPU', generator: 'test' },
    warnings: [`pid ${process.pid}`],
    durationMs: { sound: 5120, render: 1000 },
    timings: { denoise: 800 },
  };
  note('ends', jobId);
  send({ type: 'done', jobId, result });
}

function walk(render: Render, stepIndex: number): void {
  beat(render.jobId, stepIndex, render.request.steps);
  if (stepIndex >= render.request.steps) finish(render);
  else setImmediate(() => walk(render, stepIndex + 1));
}

function swell(): void {
  held.push(Buffer.alloc(8 * 1024 * 1024, 1));
  setImmediate(swell);
}

function spin(): void {
  for (;;) held.length = 0;
}

function start(message: { outputFolder: string; device: string }): void {
  outputFolder = message.outputFolder;
  const fate = breakage() ?? message.device;
  if (fate === 'crash') process.abort();
  if (fate === 'missing') {
    send({ type: 'failed', jobId: null, code: 'invalid_model', message: 'no such model' });
    return;
  }
  send({
    type: 'ready',
    description: {
      model: 'scripted',
      modelVersion: '1',
      device: message.device,
      openvino: 'none',
      defaults: { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' },
      schedulers: ['dpmpp_2m'],
      ...ABILITIES,
      clipMs: 5120,
      wavBytes: 7,
      msPerStep: 10,
      msFixed: 100,
    },
  });
}

function breakage(): string | null {
  const { ENGINE_BREAKAGE } = process.env;
  return ENGINE_BREAKAGE && existsSync(ENGINE_BREAKAGE) ? readFileSync(ENGINE_BREAKAGE, 'utf8') : null;
}

type Incoming = { type: 'start' | 'render' | 'cancel'; outputFolder: string; device: string } & Render;

function receive(message: Incoming): void {
  switch (message.type) {
    case 'start':
      start(message);
      break;
    case 'cancel':
      cancelled(message.jobId);
      break;
    case 'render':
      note('begins', message.jobId);
      // The beat has to leave before the deed: a dead or busy process sends nothing.
      beat(message.jobId, 0, message.request.steps, () => deedOf(message.request.prompt)?.(message));
      break;
  }
}

leaveWithParent(Number(process.argv[2]));
process.stderr.write('the scripted child is here\n');
send({ type: 'hello', version: Number(process.argv[3] ?? PROTOCOL_VERSION), pid: process.pid });
const decoder = new FrameDecoder();
pipe.on('data', (chunk) => {
  for (const message of decoder.push(chunk)) receive(message as Incoming);
});
