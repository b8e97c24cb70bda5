import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { messageOf, RiffError } from '../errors.ts';

export interface CompressedSound {
  /** Ogg Opus, with the title and the recipe of the WAV. */
  readonly ogg: Uint8Array;
  readonly seconds: number;
  /** The bars of a voice message: see voiceWaveform. */
  readonly waveform: Uint8Array;
}

const THREAD = new URL('./compress-worker.ts', import.meta.url);

let last: Promise<unknown> = Promise.resolve();

/**
 * A riff's WAV → Ogg Opus, for voice messages and where the WAV is too large for Discord. Encodes in a worker thread, one
 * sound at a time. Rejects with RiffError('engine_failed') if the bytes are not a WAV.
 */
export function compressSound(wav: Uint8Array): Promise<CompressedSound> {
  const compressed = last.then(() => compress(wav));
  last = compressed.catch(() => {});
  return compressed;
}

async function compress(wav: Uint8Array): Promise<CompressedSound> {
  const thread = new Worker(THREAD, { workerData: wav });
  try {
    const [compressed] = await once(thread, 'message');
    return compressed as CompressedSound;
  } catch (cause) {
    const message = `sound: expected the WAV of a riff to compress, got: ${messageOf(cause)}`;
    throw new RiffError('engine_failed', message, { cause });
  } finally {
    await thread.terminate();
  }
}

/** Limits of Discord's voice messages (resources/message, "Voice Messages"). */
const MOST_POINTS = 256;
const MOST_POINTS_A_SECOND = 10;
const LOUDEST = 255;

/**
 * The bars that Discord draws for a voice message: 1 to 256 bytes, each for 100 ms or longer. A bar is the RMS of its part
 * of the sound, scaled so that the loudest is 255.
 */
export function voiceWaveform(waveform: Float32Array, sampleRate: number): Uint8Array {
  const wanted = Math.floor((waveform.length * MOST_POINTS_A_SECOND) / sampleRate);
  const points = Math.max(1, Math.min(MOST_POINTS, wanted));
  const levels = Array.from({ length: points }, (_, point) => {
    const [from, to] = [point, point + 1].map((edge) => Math.round((edge * waveform.length) / points));
    return rms(waveform.subarray(from, to));
  });
  const loudest = Math.max(...levels);
  return Uint8Array.from(levels, (level) => (loudest === 0 ? 0 : Math.round((LOUDEST * level) / loudest)));
}

function rms(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0);
  return Math.sqrt(power / Math.max(1, samples.length));
}
