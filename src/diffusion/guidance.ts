import type { Unet } from './unet.ts';

export interface GuidedUnet {
  /**
   * The model output under guidance, [C, h, w], for one set of latents; overwritten by the next call.
   * `modelInput` is [C, h, w] as the scheduler scaled it.
   */
  predict(modelInput: Float32Array, timestep: number, signal: AbortSignal | undefined): Promise<Float32Array>;
}

export interface GuidanceOptions {
  /** Embeddings of the prompt. */
  readonly prompt: Float32Array;
  /** Embeddings of the negative prompt; those of the empty text where there is none. */
  readonly negative: Float32Array;
  /** 1: the negative side is never run. */
  readonly scale: number;
}

/**
 * Classifier-free guidance: negative + scale · (prompt − negative). Ho and Salimans, 2022, equation 6 in the form of
 * diffusers 0.42.1. One call with both texts where the U-Net takes two, else two calls.
 */
export function guide(unet: Unet, options: GuidanceOptions): GuidedUnet {
  const isUnguided = options.scale === 1;
  if (unet.batch === 1) return isUnguided ? unguided(unet, options) : inTwoCalls(unet, options);
  return inOneCall(unet, options, isUnguided);
}

function unguided(unet: Unet, { prompt }: GuidanceOptions): GuidedUnet {
  unet.texts.set(prompt);
  return {
    async predict(modelInput, timestep, signal) {
      unet.latents.set(modelInput);
      await unet.run(timestep, signal);
      return unet.predicted;
    },
  };
}

function inTwoCalls(unet: Unet, { prompt, negative, scale }: GuidanceOptions): GuidedUnet {
  const away = new Float32Array(unet.predicted.length);
  const combined = new Float32Array(unet.predicted.length);
  return {
    async predict(modelInput, timestep, signal) {
      unet.latents.set(modelInput);
      unet.texts.set(negative);
      await unet.run(timestep, signal);
      away.set(unet.predicted);
      unet.texts.set(prompt);
      await unet.run(timestep, signal);
      combine(away, unet.predicted, scale, combined);
      return combined;
    },
  };
}

/** A file fixed to two sides runs both even unguided; they are the same then. */
function inOneCall(
  unet: Unet,
  { prompt, negative, scale }: GuidanceOptions,
  isUnguided: boolean,
): GuidedUnet {
  const size = unet.predicted.length / 2;
  const away = unet.predicted.subarray(0, size);
  const towards = unet.predicted.subarray(size);
  const combined = new Float32Array(size);
  unet.texts.set(isUnguided ? prompt : negative);
  unet.texts.set(prompt, unet.texts.length / 2);
  return {
    async predict(modelInput, timestep, signal) {
      unet.latents.set(modelInput);
      unet.latents.set(modelInput, size);
      await unet.run(timestep, signal);
      combine(away, towards, scale, combined);
      return combined;
    },
  };
}

function combine(away: Float32Array, towards: Float32Array, scale: number, out: Float32Array): void {
  for (let i = 0; i < out.length; i++) out[i] = away[i]! + scale * (towards[i]! - away[i]!);
}
