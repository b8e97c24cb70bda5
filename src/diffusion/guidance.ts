import type { Unet } from './unet.ts';

export interface GuidanceOptions {
  /** Embeddings of the prompt. */
  readonly prompt: Float32Array;
  /**
   * Embeddings of the negative prompt. Where there is none: of the empty text, or at scale 1, where only normalized
   * attention guidance reads it, of the prompt.
   */
  readonly negative: Float32Array;
  readonly scale: number;
}

/**
 * The model output under guidance, [C, h, w], for one set of latents; overwritten by the next call.
 * `modelInput` is [C, h, w] as the scheduler scaled it.
 */
export type Predict = (
  modelInput: Float32Array,
  timestep: number,
  signal: AbortSignal | undefined,
) => Promise<Float32Array>;

/**
 * Classifier-free guidance: uncond + scale · (cond − uncond), where the negative prompt replaces the empty one. Ho and
 * Salimans, 2022, equation 6 in the form of diffusers 0.42.1. Scale 1 is the conditional prediction alone,
 * guided away from the negative prompt inside the U-Net where that has a port for it.
 */
export function guide(unet: Unet, options: GuidanceOptions): Predict {
  if (options.scale === 1) return condAlone(unet, options);
  const predictBoth = unet.batch === 1 ? inTwoCalls(unet, options) : inOneCall(unet, options);
  const guided = new Float32Array(unet.predicted.length / unet.batch);
  return async (modelInput, timestep, signal) => {
    const { uncond, cond } = await predictBoth(modelInput, timestep, signal);
    for (let i = 0; i < guided.length; i++) {
      guided[i] = uncond[i]! + options.scale * (cond[i]! - uncond[i]!);
    }
    return guided;
  };
}

/** Live memory, overwritten by the next call. */
interface BothPredictions {
  readonly uncond: Float32Array;
  readonly cond: Float32Array;
}

type PredictBoth = (...args: Parameters<Predict>) => Promise<BothPredictions>;

/** If the file fixes a larger batch, it is filled with copies and only the first output is used. */
function condAlone(unet: Unet, { prompt, negative }: GuidanceOptions): Predict {
  const { batch, latents, texts, negativeTexts, predicted, run } = unet;
  const cond = predicted.subarray(0, predicted.length / batch);
  return async (modelInput, timestep, signal) => {
    for (let index = 0; index < batch; index++) {
      latents.set(modelInput, index * modelInput.length);
      texts.set(prompt, index * prompt.length);
      negativeTexts?.set(negative, index * negative.length);
    }
    await run(timestep, signal);
    return cond;
  };
}

function inTwoCalls(unet: Unet, { prompt, negative }: GuidanceOptions): PredictBoth {
  const uncond = new Float32Array(unet.predicted.length);
  const write = (text: Float32Array): void => {
    unet.texts.set(text);
    unet.negativeTexts?.set(text);
  };
  return async (modelInput, timestep, signal) => {
    unet.latents.set(modelInput);
    write(negative);
    await unet.run(timestep, signal);
    uncond.set(unet.predicted);
    write(prompt);
    await unet.run(timestep, signal);
    return { uncond, cond: unet.predicted };
  };
}

function inOneCall(unet: Unet, { prompt, negative }: GuidanceOptions): PredictBoth {
  const size = unet.predicted.length / 2;
  const predictions = { uncond: unet.predicted.subarray(0, size), cond: unet.predicted.subarray(size) };
  return async (modelInput, timestep, signal) => {
    unet.latents.set(modelInput);
    unet.latents.set(modelInput, size);
    for (const texts of [unet.texts, unet.negativeTexts]) {
      texts?.set(negative);
      texts?.set(prompt, negative.length);
    }
    await unet.run(timestep, signal);
    return predictions;
  };
}
