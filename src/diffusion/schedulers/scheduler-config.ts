import { z } from 'zod';
import type { SchedulerName } from '../../riff/request.ts';

export type PredictionType = 'epsilon' | 'v_prediction';
export type TimestepSpacing = 'leading' | 'linspace' | 'trailing';

/**
 * scheduler_config.json. `undefined` means that the file is silent: every scheduler then takes its own default, as
 * diffusers' from_config does when one folder is run by another scheduler than its own.
 */
export interface SchedulerConfig {
  /** The file's own scheduler, where it is one that Riff has. */
  readonly name: SchedulerName | undefined;
  readonly numTrainTimesteps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly betaSchedule: 'linear' | 'scaled_linear' | 'squaredcos_cap_v2';
  readonly trainedBetas: readonly number[] | undefined;
  readonly rescaleBetasZeroSnr: boolean;
  readonly predictionType: PredictionType;
  readonly timestepSpacing: TimestepSpacing | undefined;
  readonly stepsOffset: number;
  readonly setAlphaToOne: boolean | undefined;
  readonly useKarrasSigmas: boolean;
  readonly sigmaMin: number | undefined;
  readonly sigmaMax: number | undefined;
  readonly finalSigmasType: 'zero' | 'sigma_min';
  readonly solverOrder: 1 | 2 | 3;
  readonly solverType: string | undefined;
  readonly lowerOrderFinal: boolean;
  readonly eulerAtFinal: boolean;
  readonly lambdaMinClipped: number;
  readonly disableCorrector: readonly number[];
}

const CLASS_NAMES: Readonly<Record<string, SchedulerName>> = {
  PNDMScheduler: 'pndm',
  DDIMScheduler: 'ddim',
  EulerDiscreteScheduler: 'euler',
  EulerAncestralDiscreteScheduler: 'euler_a',
  DPMSolverMultistepScheduler: 'dpmpp_2m',
  UniPCMultistepScheduler: 'unipc',
};

/** A switch that diffusers knows and Riff does not; silent or off is the only value it may have. */
const off = z.literal(false).nullish();

const fileSchema = z.object({
  _class_name: z.string(),
  num_train_timesteps: z.int().min(1).default(1000),
  beta_start: z.number().positive().default(0.0001),
  beta_end: z.number().positive().max(1).default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  trained_betas: z.array(z.number()).min(1).nullish(),
  rescale_betas_zero_snr: z.boolean().default(false),
  prediction_type: z.enum(['epsilon', 'v_prediction']).default('epsilon'),
  timestep_spacing: z.enum(['leading', 'linspace', 'trailing']).optional(),
  set_alpha_to_one: z.boolean().optional(),
  use_karras_sigmas: z.boolean().nullish(),
  sigma_min: z.number().positive().nullish(),
  sigma_max: z.number().positive().nullish(),
  final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero'),
  solver_order: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(2),
  solver_type: z.string().optional(),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  // Python writes -Infinity, for which zod's number has no room.
  lambda_min_clipped: z.custom<number>((value) => typeof value === 'number').default(-Infinity),
  disable_corrector: z.array(z.int()).default([]),
  algorithm_type: z.enum(['dpmsolver++', 'deis']).optional(),
  interpolation_type: z.literal('linear').optional(),
  timestep_type: z.literal('discrete').optional(),
  predict_x0: z.literal(true).optional(),
  thresholding: off,
  use_exponential_sigmas: off,
  use_beta_sigmas: off,
  use_flow_sigmas: off,
  use_lu_lambdas: off,
  variance_type: z.null().optional(),
});

/**
 * The file's snake_case keys, checked. Two settings are those that diffusers' StableDiffusionPipeline forces on every
 * scheduler it loads (0.42.1): steps_offset is 1, and clip_sample is off since latents are not bounded by one. PNDM
 * runs without its Runge–Kutta start (skip_prk_steps), as in every Stable Diffusion folder.
 */
export const schedulerConfigSchema = fileSchema.transform(
  (file): SchedulerConfig => ({
    name: CLASS_NAMES[file._class_name],
    numTrainTimesteps: file.trained_betas?.length ?? file.num_train_timesteps,
    betaStart: file.beta_start,
    betaEnd: file.beta_end,
    betaSchedule: file.beta_schedule,
    trainedBetas: file.trained_betas ?? undefined,
    rescaleBetasZeroSnr: file.rescale_betas_zero_snr,
    predictionType: file.prediction_type,
    timestepSpacing: file.timestep_spacing,
    stepsOffset: 1,
    setAlphaToOne: file.set_alpha_to_one,
    useKarrasSigmas: file.use_karras_sigmas ?? false,
    sigmaMin: file.sigma_min ?? undefined,
    sigmaMax: file.sigma_max ?? undefined,
    finalSigmasType: file.final_sigmas_type,
    solverOrder: file.solver_order,
    solverType: file.solver_type,
    lowerOrderFinal: file.lower_order_final,
    eulerAtFinal: file.euler_at_final,
    lambdaMinClipped: file.lambda_min_clipped,
    disableCorrector: file.disable_corrector,
  }),
);
