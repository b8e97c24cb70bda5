import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '../../../src/audio/wav.ts';
import { CancelledError, RiffError } from '../../../src/errors.ts';
import type {
  EngineDescription,
  RenderOptions,
  RenderProgress,
  RiffEngine,
  RiffFile,
  RiffFiles,
} from '../../../src/riff/engine.ts';
import type { RiffRequest } from '../../../src/riff/request.ts';
import { ABILITIES } from '../../abilities.ts';

/** The latents and the tempo that the scripted engine finds in every sound. */
export const HEARD = { latents: Buffer.from('heard').toString('base64'), bpm: 118.2 };

/** As a recipe has it: the latents of a sound in place of its file. */
function recorded(request: RiffRequest): RiffRequest {
  const { from } = request;
  return from?.kind === 'remix' && 'upload' in from.of
    ? { ...request, from: { ...from, of: { sound: HEARD } } }
    : request;
}

export interface ScriptedRender {
  readonly jobId: string;
  readonly request: RiffRequest;
  beat(progress: RenderProgress): void;
  preview(jpeg: Uint8Array): void;
  finish(): void;
  fail(message: string): void;
  /** It takes the engine's process down. */
  crash(): void;
}

export const SCRIPTED_ENGINE: EngineDescription = {
  model: 'stub',
  modelVersion: '1',
  device: 'CPU',
  openvino: 'none',
  defaults: { steps: 20, guidanceScale: 7, negativeGuidanceScale: 9, scheduler: 'ddim' },
  schedulers: ['ddim', 'euler'],
  ...ABILITIES,
  clipMs: 5119,
  wavBytes: 4000,
  msPerStep: 1000,
  msFixed: 2000,
};

const WAV_HEAD_BYTES = 44;
/** By size, so that no test makes one twice. */
const SOUNDS = new Map<number, Buffer>();
/** A PNG. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Renders that a test ends by hand, into real files; `isQuick`: each ends by itself. */
export class ScriptedEngine implements RiffEngine {
  readonly renders: ScriptedRender[] = [];
  wavBytes = SCRIPTED_ENGINE.wavBytes;
  isQuick = false;
  /** A poster beside the picture. */
  drawsPoster = false;
  /** Why it cannot be used at present. */
  fault: RiffError | null = null;
  readonly #folder: string;
  readonly #waiting: (() => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  async describe(): Promise<EngineDescription> {
    if (this.fault) throw this.fault;
    return SCRIPTED_ENGINE;
  }

  async render(
    jobId: string,
    request: RiffRequest,
    { onProgress, onPreview = () => {}, signal }: RenderOptions,
  ): Promise<RiffFiles> {
    if (this.fault) throw new RiffError('engine_unavailable', 'it does not start');
    const ended = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => ended.reject(new CancelledError()));
    this.renders.push({
      jobId,
      request,
      beat: onProgress,
      preview: onPreview,
      finish: ended.resolve,
      fail: (message) => ended.reject(new RiffError('invalid_model', message)),
      crash: () => ended.reject(new RiffError('engine_crashed', 'SIGSEGV')),
    });
    if (this.isQuick) ended.resolve();
    for (const seen of this.#waiting.splice(0)) seen();
    await ended.promise;
    return this.#files(jobId, request);
  }

  async close(): Promise<void> {}

  /** The nth render of this engine's life, counted from 1, now or when it begins. */
  async renderNumber(count: number): Promise<ScriptedRender> {
    for (;;) {
      const render = this.renders[count - 1];
      if (render) return render;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #files(jobId: string, request: RiffRequest): Promise<RiffFiles> {
    return {
      picture: await this.#write(`${jobId}.png`, PIXEL),
      wav: await this.#write(`${jobId}.wav`, this.#wav()),
      ...(this.drawsPoster && { poster: await this.#write(`${jobId}.jpg`, PIXEL) }),
      recipe: { ...recorded(request), model: 'stub', modelVersion: '1', device: 'CPU', generator: 'test' },
      warnings: [],
      durationMs: { sound: 5119, render: 7200 },
      timings: {},
    };
  }

  /** A click every 100 samples, in a file of `wavBytes`. */
  #wav(): Buffer {
    const known = SOUNDS.get(this.wavBytes);
    if (known) return known;
    const samples = Float32Array.from({ length: (this.wavBytes - WAV_HEAD_BYTES) / 2 }, (_, i) =>
      i % 100 === 0 ? 0.5 : 0,
    );
    const wav = encodeWav([samples], 44_100);
    SOUNDS.set(this.wavBytes, wav);
    return wav;
  }

  async #write(name: string, bytes: Buffer): Promise<RiffFile> {
    const path = join(this.#folder, name);
    await writeFile(path, bytes);
    return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
}
