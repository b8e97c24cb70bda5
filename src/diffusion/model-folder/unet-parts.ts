import { join } from 'node:path';
import { z } from 'zod';
import type { Port } from '../../openvino/runtime.ts';
import { REQUEST_LIMITS, type RiffDefaults } from '../../riff/request.ts';
import { isConsistencySampling } from '../schedulers/scheduler-classes.ts';
import { type SchedulerConfig, schedulerConfigSchema } from '../schedulers/scheduler-config.ts';
import { type IrWeights, type PortReader, readIr } from './ir-file.ts';
import { invalidModel, readJson, readOptionalJson } from './json-file.ts';
import { inputsByRole, isStatic, NEGATIVE_PORT, outputByRole } from './port-roles.ts';

export interface UnetPart {
  readonly xmlPath: string;
  readonly latents: Port;
  readonly timestep: Port;
  readonly embeddings: Port;
  /** Of the negative prompt, where the U-Net has normalized attention guidance or was distilled with negatives. */
  readonly negativeEmbeddings: Port | undefined;
  readonly predicted: Port;
  /** When compiled in 32-bit precision. */
  readonly weightBytes: number;
}

/** Of the latents that a U-Net takes, one clip wide. */
export interface LatentShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A second U-Net that needs few steps, and no guidance without a negative prompt, with the settings of its own scheduler. */
export interface FewSteps {
  readonly unet: UnetPart;
  readonly scheduler: SchedulerConfig;
  readonly defaults: RiffDefaults;
}

/** Folders of the second U-Net and its scheduler, beside the other parts. */
export const FEW_STEPS_UNET = 'unet_few_steps';
const FEW_STEPS_SCHEDULER = 'scheduler_few_steps';

const unetConfigSchema = z.object({
  sample_size: z.union([z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)])]).nullish(),
});

const UNET_INPUTS = ['latents', 'timestep', 'hiddenStates'] as const;

/** `part`: its folder. Throws RiffError('invalid_model') where the size of the latents is open. */
export async function readUnet(
  runtime: PortReader,
  path: string,
  part = 'unet',
): Promise<{ readonly unet: UnetPart; readonly latents: LatentShape; readonly weights: IrWeights }> {
  const ir = await readIr(runtime, path, part);
  const hasNegative = ir.ports.inputs.some(({ name }) => name === NEGATIVE_PORT);
  const inputs: Record<(typeof UNET_INPUTS)[number], Port> & { readonly negativeHiddenStates?: Port } =
    inputsByRole(ir, hasNegative ? [...UNET_INPUTS, 'negativeHiddenStates'] : UNET_INPUTS);
  const [, channels, irHeight, irWidth] = inputs.latents.shape;
  const config = await readOptionalJson(path, `${part}/config.json`, unetConfigSchema);
  const size = config?.sample_size ?? undefined;
  const [configHeight, configWidth] = typeof size === 'number' ? [size, size] : (size ?? []);
  const height = isStatic(irHeight) ? irHeight : configHeight;
  const width = isStatic(irWidth) ? irWidth : configWidth;
  if (height === undefined || width === undefined) {
    throw invalidModel(join(path, part, 'config.json'), 'sample_size (the IR leaves it open)', 'none');
  }
  if (!isStatic(channels)) {
    throw invalidModel(ir.xmlPath, 'a fixed number of latent channels', 'an open one');
  }
  return {
    unet: {
      xmlPath: ir.xmlPath,
      latents: inputs.latents,
      timestep: inputs.timestep,
      embeddings: inputs.hiddenStates,
      negativeEmbeddings: inputs.negativeHiddenStates,
      predicted: outputByRole(ir, 'predicted'),
      weightBytes: ir.weights.bytes + ir.weights.halfBytes,
    },
    latents: { channels, height, width },
    weights: ir.weights,
  };
}

const { steps, guidanceScale } = REQUEST_LIMITS;
export const stepCount = z.int().min(steps.min).max(steps.max);
export const guidance = z.number().min(guidanceScale.min).max(guidanceScale.max);

/** `riff.few_steps` of model_index.json. */
export const fewStepsSchema = z.object({ steps: stepCount, negative_guidance_scale: guidance.optional() });

/** The default guidance away from a negative prompt; absent where the folder has none. */
export function negativeGuidance(proposed: {
  readonly negative_guidance_scale?: number | undefined;
}): Pick<RiffDefaults, 'negativeGuidanceScale'> {
  const { negative_guidance_scale: scale } = proposed;
  return scale === undefined ? {} : { negativeGuidanceScale: scale };
}

/**
 * Undefined where the folder proposes none. Throws RiffError('invalid_model') for a U-Net with another number of latent
 * channels, and for a scheduler other than `lcm` and `tcd`, since a request asks for these weights by its scheduler.
 */
export async function readFewSteps(
  runtime: PortReader,
  path: string,
  proposed: z.infer<typeof fewStepsSchema> | undefined,
  channels: number,
): Promise<FewSteps | undefined> {
  if (!proposed) return undefined;
  const { unet, latents } = await readUnet(runtime, path, FEW_STEPS_UNET);
  if (latents.channels !== channels) {
    const expected = `${channels} latent channels, as the first U-Net has`;
    throw invalidModel(unet.xmlPath, expected, String(latents.channels));
  }
  const file = `${FEW_STEPS_SCHEDULER}/scheduler_config.json`;
  const scheduler = await readJson(path, file, schedulerConfigSchema);
  if (!isConsistencySampling(scheduler.name)) {
    throw invalidModel(join(path, file), 'LCMScheduler or TCDScheduler', scheduler.name);
  }
  const defaults = { steps: proposed.steps, guidanceScale: 1, scheduler: scheduler.name };
  return { unet, scheduler, defaults: { ...defaults, ...negativeGuidance(proposed) } };
}
