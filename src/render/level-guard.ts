import type { Section } from '../riff/strip.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';

/** The largest allowed step in level at a joint. Within one clip, a tenth of all places have a step of 4 dB. */
const MOST_STEP_DB = 6;

/** Length of sound that is compared on each side of a joint. */
const COMPARED_MS = 1280;

export interface LevelGuardOptions {
  /** Of a latent column. */
  readonly columnMs: number;
  /** Picture columns of one latent column. */
  readonly columnPixels: number;
  /** See SpectrogramParams. */
  readonly imagePower: number;
}

/**
 * Scales new columns that are much louder or softer than the ones they join, so that the step is MOST_STEP_DB; returns
 * other pictures unchanged. Users of other models report infilled halves that are louder or fade.
 */
export function guardLevels(
  picture: DecodedPicture,
  { given, columns }: Section,
  options: LevelGuardOptions,
): DecodedPicture {
  let guarded = picture;
  for (const { at, columns: count, joints } of given) {
    const end = at + count;
    if (joints?.end && end < columns) guarded = levelled(guarded, end, columns, 'behind', options);
    if (joints?.start && at > 0) guarded = levelled(guarded, 0, at, 'before', options);
  }
  return guarded;
}

/** Levels the new latent columns `from` … `to`, which follow or precede the ones they join. */
function levelled(
  picture: DecodedPicture,
  from: number,
  to: number,
  place: 'behind' | 'before',
  { columnMs, columnPixels, imagePower }: LevelGuardOptions,
): DecodedPicture {
  const compared = Math.round(COMPARED_MS / columnMs) * columnPixels;
  const joint = (place === 'behind' ? from : to) * columnPixels;
  const left = powerDb(picture, Math.max(0, joint - compared), joint, imagePower);
  const right = powerDb(picture, joint, Math.min(picture.width, joint + compared), imagePower);
  const stepDb = place === 'behind' ? right - left : left - right;
  const excessDb = Math.abs(stepDb) - MOST_STEP_DB;
  if (!(excessDb > 0) || !Number.isFinite(stepDb)) return picture;
  const gain = 10 ** ((-Math.sign(stepDb) * excessDb) / 20);
  return scaled(picture, from * columnPixels, to * columnPixels, gain ** imagePower);
}

/** Mean power of the magnitudes in these columns, relative to an arbitrary full scale. */
function powerDb({ planes, width }: DecodedPicture, from: number, to: number, imagePower: number): number {
  let power = 0;
  for (let row = 0; row < planes.length; row += width) {
    for (let x = from; x < to; x++) power += (1 - planes[row + x]!) ** (2 / imagePower);
  }
  return 10 * Math.log10(power / (to - from));
}

/** A copy of the picture with the blackness of some columns multiplied. */
function scaled(picture: DecodedPicture, from: number, to: number, factor: number): DecodedPicture {
  const planes = picture.planes.slice();
  for (let row = 0; row < planes.length; row += picture.width) {
    for (let x = from; x < to; x++) planes[row + x] = 1 - Math.min(1, factor * (1 - planes[row + x]!));
  }
  return { ...picture, planes };
}
