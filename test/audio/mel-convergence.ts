import { encodeMel } from '../../src/audio/encode-mel.ts';
import { RIFFUSION_PARAMS } from '../../src/spectrogram/params.ts';
import { pictureToMel } from '../../src/spectrogram/picture.ts';
import { readPictureFile } from '../../src/spectrogram/picture-file.ts';
import { type ClipName, goldenPng } from '../golden/audio/golden.ts';

export interface ClipTarget {
  readonly melMagnitudes: Float32Array;
  readonly frames: number;
}

/** The mel magnitudes of a stored clip, cut to its first columns. */
export async function clipTarget(name: ClipName, columns = 512): Promise<ClipTarget> {
  const [picture] = (await readPictureFile(goldenPng(`clip-${name}`))).channels;
  const pixels = picture.pixels.filter((_, i) => i % picture.width < columns);
  return {
    melMagnitudes: pictureToMel({ width: columns, height: 512, pixels }, RIFFUSION_PARAMS),
    frames: columns,
  };
}

/** 20 log10(|mel(waveform) − mel| / |mel|) over the target's frames, torchaudio_decode.py's melSC. */
export function melConvergenceDb(waveform: Float32Array, target: ClipTarget): number {
  const { melMagnitudes } = encodeMel(waveform, RIFFUSION_PARAMS);
  let error = 0;
  let norm = 0;
  for (const [i, wanted] of target.melMagnitudes.entries()) {
    error += (melMagnitudes[i]! - wanted) ** 2;
    norm += wanted ** 2;
  }
  return 10 * Math.log10(error / norm);
}
