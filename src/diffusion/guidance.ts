import type { StepKind } from './step-plan.ts';
import type { Unet } from './unet.ts';

/** How a step asks the U-Net. */
export type AskedStep = Exclude<StepKind, 'forecast'>;

export interface GuidedUnet {
  /**
   * The model output under guidance, [C, h, w], for one set of latents; overwritten by the next call.
   * `modelInput` is [C, h, w] as the scheduler scaled it. The first step must not be 'kept'.
   */
  predict(
    step: AskedStep,
    modelInput: Float32Array,
    timestep: number,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array>;
}

export interface GuidanceOptions {
  /** Embeddings of the prompt. */
  readonly prompt: Float32Array;
  /** Embeddings of the negative prompt; those of the empty text where there is none. */
  readonly negative: Float32Array;
  readonly scale: number;
}

export interface GuidanceUnets {
  /** Runs both sides: in one call where it takes two at once, else in two calls. */
  readonly pair: Unet;
  /** Runs the prompt side alone. The same one where the file fixes its batch: the other half is then not looked at. */
  readonly single: Unet;
}

/**
 * Classifier-free guidance: negative + scale · (prompt − negative). Ho and Salimans, 2022, equation 6 in the form of
 * diffusers 0.42.1. With the kept difference of an earlier step: prompt + (scale − 1) · difference.
 */
export function guide({ pair, single }: GuidanceUnets, options: GuidanceOptions): GuidedUnet {
  const { scale } = options;
  const runBoth = pair.batch === 1 ? inTwoCalls(pair, options) : inOneCall(pair, options);
  const runPrompt = promptAlone(single, options);
  const combined = new Float32Array(pair.predicted.length / pair.batch);
  const difference = new Float32Array(combined.length);
  return {
    async predict(step, modelInput, timestep, signal) {
      if (step === 'both') {
        const { away, towards } = await runBoth(modelInput, timestep, signal);
        combine(away, towards, scale, combined);
        for (let i = 0; i < difference.length; i++) difference[i] = towards[i]! - away[i]!;
        return combined;
      }
      const towards = await runPrompt(modelInput, timestep, signal);
      if (step === 'prompt') return towards;
      for (let i = 0; i < combined.length; i++) combined[i] = towards[i]! + (scale - 1) * difference[i]!;
      return combined;
    },
  };
}

type Run<Result> = (
  modelInput: Float32Array,
  timestep: number,
  signal: AbortSignal | undefined,
) => Promise<Result>;

/** Live memory. */
interface Sides {
  readonly away: Float32Array;
  readonly towards: Float32Array;
}

function promptAlone(unet: Unet, { prompt }: GuidanceOptions): Run<Float32Array> {
  const { batch, latents, texts, predicted } = unet;
  return async (modelInput, timestep, signal) => {
    for (let side = 0; side < batch; side++) {
      latents.set(modelInput, side * modelInput.length);
      texts.set(prompt, side * prompt.length);
    }
    await unet.run(timestep, signal);
    return predicted.subarray(0, predicted.length / batch);
  };
}

function inTwoCalls(unet: Unet, { prompt, negative }: GuidanceOptions): Run<Sides> {
  const away = new Float32Array(unet.predicted.length);
  return async (modelInput, timestep, signal) => {
    unet.latents.set(modelInput);
    unet.texts.set(negative);
    await unet.run(timestep, signal);
    away.set(unet.predicted);
    unet.texts.set(prompt);
    await unet.run(timestep, signal);
    return { away, towards: unet.predicted };
  };
}

function inOneCall(unet: Unet, { prompt, negative }: GuidanceOptions): Run<Sides> {
  const size = unet.predicted.length / 2;
  const sides = { away: unet.predicted.subarray(0, size), towards: unet.predicted.subarray(size) };
  return async (modelInput, timestep, signal) => {
    unet.latents.set(modelInput);
    unet.latents.set(modelInput, size);
    unet.texts.set(negative);
    unet.texts.set(prompt, negative.length);
    await unet.run(timestep, signal);
    return sides;
  };
}

function combine(away: Float32Array, towards: Float32Array, scale: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = away[i]! + scale * (towards[i]! - away[i]!);
}
