import { levelLoudness } from '../audio/loudness.ts';
import type { ReconstructionMethod } from '../audio/phase-recovery.ts';
import { createReconstructor } from '../audio/reconstruct.ts';
import { encodeWav } from '../audio/wav.ts';
import { UserError } from '../errors.ts';
import { allowedThreads } from '../openvino/threads.ts';
import { SOFTWARE } from '../render/renderer.ts';
import { clipSamples } from '../spectrogram/params.ts';
import { pictureToMel } from '../spectrogram/picture.ts';
import { type PictureFile, readPictureFile } from '../spectrogram/picture-file.ts';
import { MAX_SOUND_MS } from './sound-to-picture.ts';

export interface PictureToSoundOptions {
  readonly method: ReconstructionMethod;
  readonly seed: number;
  /** The WAV's title. */
  readonly title: string;
  readonly signal: AbortSignal;
}

export interface SoundOfPicture {
  readonly wav: Uint8Array;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly clipMs: number;
  readonly renderMs: number;
  readonly loudnessLufs: number;
  readonly truePeakDb: number;
}

/**
 * A spectrogram picture → 16-bit WAV, stereo from a stereo picture; a recipe inside the picture is copied to the WAV.
 * The parameters are those of the picture's EXIF, else Riffusion's own.
 * Throws UserError if the bytes are no such picture or it lasts too long, CancelledError after the signal.
 */
export async function pictureToSound(
  bytes: Uint8Array,
  { title, ...options }: PictureToSoundOptions,
): Promise<SoundOfPicture> {
  const startedMs = performance.now();
  const picture = await readPictureFile(bytes);
  const { channels, params, recipe } = picture;
  const clipMs = checkedClipMs(picture);
  const reconstructor = createReconstructor(params, allowedThreads());
  const waveforms: Float32Array[] = [];
  for (const channel of channels) {
    const melMagnitudes = pictureToMel(channel, params);
    waveforms.push(await reconstructor.waveform(melMagnitudes, channel.width, options));
  }
  const levelled = levelLoudness(waveforms, params.sampleRate);
  return {
    wav: encodeWav(levelled.channels, params.sampleRate, { title, software: SOFTWARE, recipe }),
    channels: channels.length,
    sampleRateHz: params.sampleRate,
    clipMs,
    renderMs: performance.now() - startedMs,
    loudnessLufs: levelled.loudnessLufs,
    truePeakDb: levelled.truePeakDb,
  };
}

function checkedClipMs({ channels, params }: Pick<PictureFile, 'channels' | 'params'>): number {
  const columns = channels[0].width;
  const clipMs = (clipSamples(params, columns) / params.sampleRate) * 1000;
  if (clipMs <= MAX_SOUND_MS) return clipMs;
  throw new UserError(
    `picture: expected at most ${MAX_SOUND_MS} ms of sound, got ${columns} columns of ${params.hopMs} ms; cut it`,
  );
}
