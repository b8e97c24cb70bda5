import { UserError } from '../errors.ts';
import type { ExifTags } from './exif.ts';
import {
  RIFFUSION_PARAMS,
  type SpectrogramParams,
  type SpectrogramSpec,
  spectrogramParams,
} from './params.ts';

/**
 * The tags in which riffusion-hobby's audio-to-image writes how a picture was made, and image-to-audio reads it
 * (`SpectrogramParams.ExifTags`). Its tag 11080, the loudest magnitude, is not read.
 */
const TAGS = {
  sampleRate: 11_000,
  stereo: 11_005,
  tripleResolution: 11_007,
  hopMs: 11_010,
  windowMs: 11_020,
  paddedMs: 11_030,
  nMels: 11_040,
  fMin: 11_050,
  fMax: 11_060,
  imagePower: 11_070,
} as const;

/** What a picture's EXIF says about its sound. */
export interface PictureParams {
  readonly params: SpectrogramParams;
  /** Undefined: the EXIF does not say. */
  readonly stereo: boolean | undefined;
}

/** Wider than any sensible picture needs, narrow enough to fit in memory. */
const LIMITS = {
  sampleRate: { min: 4000, max: 192_000, unit: ' Hz' },
  hopMs: { min: 0.1, max: 1000, unit: ' ms' },
  windowMs: { min: 1, max: 2000, unit: ' ms' },
  paddedMs: { min: 1, max: 2000, unit: ' ms' },
  nMels: { min: 2, max: 4096, unit: ' rows' },
  fMin: { min: 0, max: 96_000, unit: ' Hz' },
  fMax: { min: 1, max: 200_000, unit: ' Hz' },
  imagePower: { min: 0.05, max: 4, unit: '' },
} as const;

type Limited = keyof typeof LIMITS;

/**
 * Riffusion's parameters, overridden by those in the EXIF. As in riffusion-hobby, a hop is truncated to whole samples and
 * bands above half the sample rate are silent.
 * Throws UserError if they cannot describe a spectrogram.
 */
export function paramsOfExif(tags: ExifTags): PictureParams {
  if (tags.get(TAGS.tripleResolution)) {
    throw new UserError(
      `picture: expected one mel band a row, got three (EXIF tag ${TAGS.tripleResolution}); make it without triple_res_mono`,
    );
  }
  const given = Object.keys(LIMITS).filter((name) => tags.has(TAGS[name as Limited])) as Limited[];
  const stereo = tags.get(TAGS.stereo);
  const values = Object.fromEntries(given.map((name) => [name, limited(name, tags.get(TAGS[name]) ?? 0)]));
  const params = given.length === 0 ? RIFFUSION_PARAMS : paramsWith({ ...RIFFUSION_PARAMS, ...values });
  return { params, stereo: stereo === undefined ? undefined : stereo !== 0 };
}

/**
 * What riffusion-hobby needs to turn a mono picture of these parameters into sound: it takes absent tags for 0.
 * No other tag: its print-exif fails on tags it does not know.
 */
export function exifOfParams(params: SpectrogramParams): ExifTags {
  const values = Object.keys(LIMITS).map((name): [number, number] => [
    TAGS[name as Limited],
    params[name as Limited],
  ]);
  return new Map([...values, [TAGS.stereo, 0]]);
}

function limited(name: Limited, value: number): number {
  const { min, max, unit } = LIMITS[name];
  if (value >= min && value <= max) return value;
  throw new UserError(
    `picture: expected ${min} to ${max}${unit} in EXIF tag ${TAGS[name]} (${name}), got ${value}; remove its EXIF to read it with Riffusion's own parameters`,
  );
}

function paramsWith(spec: SpectrogramSpec): SpectrogramParams {
  const inSamples = (durationMs: number) => Math.trunc((durationMs / 1000) * spec.sampleRate);
  const inMs = (samples: number) => (1000 * samples) / spec.sampleRate;
  const even = (samples: number) => samples + (samples % 2);
  const params = spectrogramParams({
    ...spec,
    hopMs: inMs(inSamples(spec.hopMs)),
    // Even, so that a column is in the centre of its window.
    windowMs: inMs(even(inSamples(spec.windowMs))),
    paddedMs: inMs(even(inSamples(spec.paddedMs))),
  });
  if (typeof params !== 'string') return params;
  throw new UserError(
    `picture: expected EXIF parameters that describe a spectrogram, got ${params}; remove its EXIF to read it with Riffusion's own parameters`,
  );
}
