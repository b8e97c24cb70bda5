import { UserError } from '../../errors.ts';
import { CLEAN, firstStep, type NoiseLevel, type SchedulerOptions } from './scheduler.ts';
import type { SchedulerConfig, TimestepSpacing } from './scheduler-config.ts';

/**
 * ᾱ_t for t = 0 … numTrainTimesteps − 1: the running product of 1 − β, rounded to float32 as diffusers holds it.
 * `terminalFloor` replaces the last value where betas are rescaled to zero terminal SNR; schedulers that divide by it
 * pass 2^−24. Rescaling: Lin et al., 2023, algorithm 1.
 */
export function alphasCumprodOf(config: SchedulerConfig, terminalFloor?: number): Float32Array {
  let betas = betasOf(config);
  if (config.rescaleBetasZeroSnr) betas = rescaledToZeroSnr(betas);
  const alphasCumprod = cumulativeAlphas(betas);
  if (config.rescaleBetasZeroSnr && terminalFloor !== undefined) alphasCumprod.fill(terminalFloor, -1);
  return alphasCumprod;
}

/** σ_t = √((1 − ᾱ_t) / ᾱ_t), float32, rising with t. */
export function trainingSigmas(alphasCumprod: Float32Array): Float32Array {
  return alphasCumprod.map((alpha) => Math.sqrt(Math.fround(1 - alpha) / alpha));
}

/** Scheduler.noiseLevel of whole timesteps: √ᾱ of the latents and √(1 − ᾱ) of the noise. */
export function levelsOfTimesteps(
  timesteps: readonly number[],
  alphasCumprod: Float32Array,
): (stepIndex: number) => NoiseLevel {
  return (stepIndex) => {
    const timestep = timesteps[stepIndex];
    if (timestep === undefined) return CLEAN;
    const alpha = alphasCumprod[timestep] ?? 1;
    return { ofOriginal: Math.sqrt(alpha), ofNoise: Math.sqrt(1 - alpha) };
  };
}

interface SpacingOptions {
  readonly steps: number;
  readonly stepsOffset: number;
  /** The timesteps are spread over 0 … lastTimestep − 1. */
  readonly lastTimestep: number;
  readonly numTrainTimesteps: number;
  /** The DPM-Solver family divides the range by steps + 1 and drops the smallest. */
  readonly dropsSmallest: boolean;
  readonly rounded: boolean;
}

/**
 * `steps` timesteps, falling. Lin et al., 2023, table 2; diffusers 0.42.1. One departure: where numpy's arange gives a
 * stray 62nd timestep −1 (trailing, 61 steps), there are 61 here.
 */
export function spacedTimesteps(spacing: TimestepSpacing, options: SpacingOptions): number[] {
  const { steps, stepsOffset, lastTimestep, numTrainTimesteps, dropsSmallest, rounded } = options;
  const points = dropsSmallest ? steps + 1 : steps;
  switch (spacing) {
    case 'linspace': {
      const gap = points > 1 ? (lastTimestep - 1) / (points - 1) : 0;
      const rising = Array.from({ length: points }, (_, i) => gap * i);
      if (points > 1) rising[points - 1] = lastTimestep - 1;
      const values = rising.map((t) => (rounded ? roundHalfToEven(t) : Math.fround(t)));
      return values.reverse().slice(0, steps);
    }
    case 'leading': {
      const gap = Math.floor(lastTimestep / points);
      return Array.from({ length: steps }, (_, i) => gap * (points - 1 - i) + stepsOffset);
    }
    case 'trailing': {
      // numpy's arange multiplies the difference of its first two values, not the step it was given.
      const gap = lastTimestep - numTrainTimesteps / steps - lastTimestep;
      return Array.from({ length: steps }, (_, i) => roundHalfToEven(lastTimestep + i * gap) - 1);
    }
  }
}

/** The whole timesteps that DDIM and PNDM take, falling; `leading` where the folder does not say. */
export function wholeTimesteps(
  config: SchedulerConfig,
  options: Pick<SchedulerOptions, 'steps' | 'strength'>,
): readonly number[] {
  const { numTrainTimesteps, stepsOffset, timestepSpacing = 'leading' } = config;
  return spacedTimesteps(timestepSpacing, {
    steps: options.steps,
    stepsOffset,
    lastTimestep: numTrainTimesteps,
    numTrainTimesteps,
    dropsSmallest: false,
    rounded: true,
  }).slice(firstStep(options));
}

/**
 * Falling timesteps from the grid on which a consistency model was distilled. The strength cuts the grid, rounded to the
 * nearest point, and steps · strength timesteps, rounded up, are spread over what is left: a list of four timesteps that
 * is cut instead would begin at half the noise for a strength of 0.7. set_timesteps of LCMScheduler and TCDScheduler
 * (diffusers 0.42.1) cut the grid as well but round down, which on a grid of eight is far less noise.
 * Throws UserError when the grid has fewer than `steps`.
 */
export function distilledTimesteps(
  config: SchedulerConfig,
  options: Pick<SchedulerOptions, 'steps' | 'strength'>,
): readonly number[] {
  const { steps, strength = 1 } = options;
  const { numTrainTimesteps, originalInferenceSteps } = config;
  const count = Math.min(originalInferenceSteps, numTrainTimesteps);
  if (steps > count) {
    throw new UserError(
      `steps: expected at most ${count}, on which weights for lcm and tcd are distilled, got ${steps}; ask for fewer or choose another scheduler`,
    );
  }
  const stride = Math.floor(numTrainTimesteps / count);
  const left = Math.round(count * strength);
  // 20 · 0.55 is a little more than 11.
  const taken = Math.min(left, Math.ceil(steps * strength - 1e-9));
  const gap = left / taken;
  return Array.from({ length: taken }, (_, i) => (left - Math.floor(i * gap)) * stride - 1);
}

/** Values between whole timesteps, linear; outside the range the end values, as numpy.interp. */
export function interpolate(values: Float32Array, timestep: number): number {
  const clamped = Math.min(Math.max(timestep, 0), values.length - 1);
  const low = Math.min(Math.floor(clamped), values.length - 2);
  return values[low]! + (values[low + 1]! - values[low]!) * (clamped - low);
}

interface KarrasSchedule {
  /** Falling, `steps` of them. */
  readonly sigmas: readonly number[];
  /** Fractional timesteps that belong to them. */
  readonly timesteps: readonly number[];
}

/** Sigmas of Karras et al., 2022, equation 5, with ρ = 7. */
export function karrasSchedule(
  training: Float32Array,
  sigmaMin: number,
  sigmaMax: number,
  steps: number,
): KarrasSchedule {
  const rho = 7;
  const from = sigmaMax ** (1 / rho);
  const to = sigmaMin ** (1 / rho);
  const sigmas = Array.from({ length: steps }, (_, i) => {
    const ramp = steps > 1 ? i / (steps - 1) : 0;
    return (from + ramp * (to - from)) ** rho;
  });
  const logSigmas = training.map((sigma) => Math.log(sigma));
  return { sigmas, timesteps: sigmas.map((sigma) => timestepOfSigma(Math.log(sigma), logSigmas)) };
}

/** numpy's rounding: halves go to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function timestepOfSigma(logSigma: number, logSigmas: Float32Array): number {
  let low = 0;
  while (low < logSigmas.length - 2 && logSigmas[low + 1]! <= logSigma) low++;
  const position = (logSigmas[low]! - logSigma) / (logSigmas[low]! - logSigmas[low + 1]!);
  return low + Math.min(Math.max(position, 0), 1);
}

function betasOf(config: SchedulerConfig): Float32Array {
  const { betaStart, betaEnd, numTrainTimesteps: count } = config;
  if (config.trainedBetas) return Float32Array.from(config.trainedBetas);
  switch (config.betaSchedule) {
    case 'linear':
      return linspace(betaStart, betaEnd, count);
    case 'scaled_linear':
      return linspace(Math.sqrt(betaStart), Math.sqrt(betaEnd), count).map((root) => root * root);
    case 'squaredcos_cap_v2':
      return Float32Array.from({ length: count }, (_, i) => cosineBeta(i / count, (i + 1) / count));
  }
}

/** Nichol and Dhariwal, 2021, equation 17, capped at 0.999. */
function cosineBeta(from: number, to: number): number {
  const alphaBar = (t: number): number => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2;
  return Math.min(1 - alphaBar(to) / alphaBar(from), 0.999);
}

function linspace(start: number, end: number, count: number): Float32Array {
  const gap = count > 1 ? (end - start) / (count - 1) : 0;
  return Float32Array.from({ length: count }, (_, i) => start + gap * i);
}

function cumulativeAlphas(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => {
    product *= Math.fround(1 - beta);
    return product;
  });
}

function rescaledToZeroSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeAlphas(betas).map(Math.sqrt);
  const first = roots[0] ?? 1;
  const last = roots.at(-1) ?? 0;
  const shifted = roots.map((root) => (root - last) * (first / (first - last)));
  const alphaBars = shifted.map((root) => root * root);
  return alphaBars.map((alphaBar, i) => 1 - (i === 0 ? alphaBar : alphaBar / (alphaBars[i - 1] ?? 1)));
}
