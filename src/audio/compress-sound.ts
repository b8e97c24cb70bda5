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
