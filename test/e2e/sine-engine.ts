import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeWav } from '../../src/audio/wav.ts';
import { CancelledError } from '../../src/errors.ts';
import type {
  EngineDescription,
  RenderOptions,
  RiffEngine,
  RiffFile,
  RiffFiles,
} from '../../src/riff/engine.ts';
import type { RiffRequest } from '../../src/riff/request.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { encodePng } from '../../src/spectrogram/png.ts';
import { ABILITIES } from '../abilities.ts';

const SAMPLE_RATE = 44_100;
const CLIP_SAMPLES = 225_792;
const SIDE = 512;

/** "Renders" a tone of 5.12 s and a grey picture; a held render stands half-way until it is released. */
export class SineEngine implements RiffEngine {
  readonly #folder: string;
  #gate = Promise.withResolvers<void>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#gate.resolve();
  }

  hold(): void {
    this.#gate = Promise.withResolvers<void>();
  }

  release(): void {
    this.#gate.resolve();
  }

  async describe(): Promise<EngineDescription> {
    return {
      model: 'sine',
      modelVersion: '1',
      device: 'none',
      openvino: 'none',
      defaults: { steps: 20, guidanceScale: 4, scheduler: 'dpmpp_2m' },
      schedulers: ['dpmpp_2m'],
      ...ABILITIES,
      clipMs: 5120,
      wavBytes: 2 * CLIP_SAMPLES,
      msPerStep: 100,
      msFixed: 500,
    };
  }

  async render(
    jobId: string,
    request: RiffRequest,
    { onProgress, signal }: RenderOptions,
  ): Promise<RiffFiles> {
    onProgress({ stage: 'denoise', stepIndex: request.steps / 2, steps: request.steps });
    const cancelled = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new CancelledError()));
    });
    await Promise.race([this.#gate.promise, cancelled]);
    const waveform = Float32Array.from({ length: CLIP_SAMPLES }, (_, n) => 0.3 * Math.sin(n * 0.0627));
    const picture = { pixels: new Uint8Array(SIDE * SIDE).fill(200), width: SIDE, height: SIDE };
    return {
      picture: await this.#write(`${jobId}.png`, await encodePng(picture, RIFFUSION_PARAMS)),
      wav: await this.#write(`${jobId}.wav`, encodeWav([waveform], SAMPLE_RATE)),
      recipe: { ...request, model: 'sine', modelVersion: '1', device: 'none', generator: 'test' },
      warnings: [],
      durationMs: { sound: 5120, render: 900 },
      timings: { denoise: 800 },
    };
  }

  async close(): Promise<void> {}

  async #write(name: string, bytes: Buffer): Promise<RiffFile> {
    const path = join(this.#folder, name);
    await writeFile(path, bytes);
    return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  }
}
