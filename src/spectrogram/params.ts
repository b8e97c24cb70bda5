import { z } from 'zod';
import { RiffError } from '../errors.ts';

/**
 * The magnitude of a grey level of 0 (the loudest).
 * `volume`: magnitude = (maxVolume · x)^(1/imagePower), the form of the Riffusion notebook (50).
 * `magnitude`: magnitude = maxMagnitude · x^(1/imagePower), the form of riffusion-hobby (30e6).
 * x is 1 − v/255. The two differ by a factor only, which the loudness step removes.
 */
export type FullScale =
  | { readonly form: 'volume'; readonly maxVolume: number }
  | { readonly form: 'magnitude'; readonly maxMagnitude: number };

/** How a spectrogram picture was made, in milliseconds and hertz. */
export interface SpectrogramSpec {
  readonly sampleRate: number;
  /** Length of a picture column. */
  readonly hopMs: number;
  readonly windowMs: number;
  /** Length of the window with zero padding; nFft samples. */
  readonly paddedMs: number;
  /** Picture rows. */
  readonly nMels: number;
  /** Hz. */
  readonly fMin: number;
  /** Hz. */
  readonly fMax: number;
  /** Exponent of the pixel curve. */
  readonly imagePower: number;
  readonly fullScale: FullScale;
}

/** The spec with its sample counts; hopLength, winLength and nFft are whole by construction. */
export interface SpectrogramParams extends SpectrogramSpec {
  readonly hopLength: number;
  readonly winLength: number;
  readonly nFft: number;
}

/** With more mel bands per FFT bin, neighbouring bands become equal, and inverting them takes minutes. */
const MOST_BANDS_A_BIN = 8;

/** riffusion-hobby `SpectrogramParams` and the Riffusion notebook of openvino_notebooks agree on these. */
const RIFFUSION_SPEC: SpectrogramSpec = {
  sampleRate: 44_100,
  hopMs: 10,
  windowMs: 100,
  paddedMs: 400,
  nMels: 512,
  fMin: 0,
  fMax: 10_000,
  imagePower: 0.25,
  fullScale: { form: 'volume', maxVolume: 50 },
};

/**
 * Riffusion's parameters with the given overrides, and the sample counts that follow.
 * Throws RiffError('invalid_model') when the numbers cannot describe a spectrogram: a hop of 10.01 ms at 44.1 kHz, for
 * example, is not a whole number of samples.
 */
export function createSpectrogramParams(overrides: Partial<SpectrogramSpec> = {}): SpectrogramParams {
  const spec = { ...RIFFUSION_SPEC, ...overrides };
  const params = spectrogramParams(spec);
  if (typeof params === 'string') throw unfit(params);
  // In a model, bands above half the sample rate are a mistake.
  if (spec.fMax > spec.sampleRate / 2) {
    throw unfit(`a highest frequency of ${spec.fMax} Hz, which a rate of ${spec.sampleRate} Hz cannot hold`);
  }
  return params;
}

/** The spec with its sample counts, or a string that says why they are impossible. */
export function spectrogramParams(spec: SpectrogramSpec): SpectrogramParams | string {
  const inSamples = (durationMs: number) => (durationMs * spec.sampleRate) / 1000;
  const durations = { hop: spec.hopMs, window: spec.windowMs, 'padded window': spec.paddedMs };
  for (const [name, durationMs] of Object.entries(durations)) {
    if (isWhole(inSamples(durationMs))) continue;
    return `a ${name} of ${durationMs} ms at ${spec.sampleRate} Hz, which is no whole number of samples`;
  }
  const params = {
    ...spec,
    hopLength: Math.round(inSamples(spec.hopMs)),
    winLength: Math.round(inSamples(spec.windowMs)),
    nFft: Math.round(inSamples(spec.paddedMs)),
  };
  return impossibility(params) ?? params;
}

export const RIFFUSION_PARAMS = createSpectrogramParams();

/** The number of samples in so many picture columns. */
export function clipSamples(params: SpectrogramParams, frames: number): number {
  return frames * params.hopLength;
}

/** A model folder's overrides, by riffusion-hobby's names; where one is absent, Riffusion's own value. */
const specSchema = z
  .strictObject({
    sample_rate: z.int().positive().default(RIFFUSION_SPEC.sampleRate),
    step_size_ms: z.number().positive().default(RIFFUSION_SPEC.hopMs),
    window_duration_ms: z.number().positive().default(RIFFUSION_SPEC.windowMs),
    padded_duration_ms: z.number().positive().default(RIFFUSION_SPEC.paddedMs),
    num_frequencies: z.int().positive().default(RIFFUSION_SPEC.nMels),
    min_frequency: z.number().nonnegative().default(RIFFUSION_SPEC.fMin),
    max_frequency: z.number().positive().default(RIFFUSION_SPEC.fMax),
    power_for_image: z.number().positive().default(RIFFUSION_SPEC.imagePower),
    max_volume: z.number().positive().optional(),
    max_magnitude: z.number().positive().optional(),
  })
  .transform(
    (given): SpectrogramSpec => ({
      sampleRate: given.sample_rate,
      hopMs: given.step_size_ms,
      windowMs: given.window_duration_ms,
      paddedMs: given.padded_duration_ms,
      nMels: given.num_frequencies,
      fMin: given.min_frequency,
      fMax: given.max_frequency,
      imagePower: given.power_for_image,
      fullScale: fullScaleOf(given.max_volume, given.max_magnitude),
    }),
  );

/**
 * Reads the `riff.spectrogram` of a model folder.
 * Throws RiffError('invalid_model') that names the invalid keys.
 */
export function parseSpectrogramParams(json: unknown): SpectrogramParams {
  const result = specSchema.safeParse(json);
  if (result.success) return createSpectrogramParams(result.data);
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'object'}: ${issue.message}`,
  );
  throw unfit(problems.join('; '));
}

function fullScaleOf(maxVolume: number | undefined, maxMagnitude: number | undefined): FullScale {
  if (maxMagnitude !== undefined) return { form: 'magnitude', maxMagnitude };
  return maxVolume === undefined ? RIFFUSION_SPEC.fullScale : { form: 'volume', maxVolume };
}

/** Allows for rounding: 10 ms at 44.1 kHz is 441 samples, give or take an epsilon. */
function isWhole(samples: number): boolean {
  return Math.round(samples) > 0 && Math.abs(samples - Math.round(samples)) < 1e-6;
}

function unfit(found: string): RiffError {
  return new RiffError(
    'invalid_model',
    `riff.spectrogram: expected parameters that describe a spectrogram, got ${found}; correct model_index.json`,
  );
}

function impossibility(params: SpectrogramParams): string | undefined {
  const { hopLength, winLength, nFft, nMels, fMin, fMax, sampleRate } = params;
  if (!Number.isInteger(sampleRate)) return `a rate of ${sampleRate} Hz, which is no whole number`;
  if (winLength > nFft) return `a window of ${winLength} samples, longer than its padded form of ${nFft}`;
  if (hopLength * 2 > winLength)
    return `a hop of ${hopLength} samples, which leaves gaps between windows of ${winLength}`;
  if (nFft % 2 !== 0 || winLength % 2 !== 0)
    return `a window of ${winLength} and a padded window of ${nFft} samples, which must be even`;
  if (fMin >= fMax) return `a lowest frequency of ${fMin} Hz, not below the highest of ${fMax} Hz`;
  if (fMin >= sampleRate / 2) return `a lowest frequency of ${fMin} Hz, which ${sampleRate} Hz cannot hold`;
  if (!Number.isInteger(nMels) || nMels < 2) return `${nMels} mel bands`;
  const bins = ((fMax - fMin) / sampleRate) * nFft;
  if (nMels > MOST_BANDS_A_BIN * bins)
    return `${nMels} mel bands between ${fMin} and ${fMax} Hz, where windows of ${nFft} samples tell ${Math.ceil(bins)} frequencies apart`;
  return undefined;
}
