import { z } from 'zod';
import type { Notice } from '../../messages/notices.ts';
import type { SchedulerName } from '../../riff/request.ts';
import { isConsistencySampling, schedulerClass, UNKNOWN_SETTINGS } from './scheduler-classes.ts';

/** A class of diffusers that Riff has or has a substitute for. */
export const schedulerClassSchema = z.string().transform((name, context) => {
  const found = schedulerClass(name);
  if (found.kind === 'runs') return { ...found, className: name };
  context.addIssue({ code: 'custom', message: found.reason });
  return z.NEVER;
});

const fileSchema = z.looseObject({
  _class_name: schedulerClassSchema,
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
  original_inference_steps: z.int().min(1).default(50),
  timestep_scaling: z.number().positive().default(10),
  eta: z.number().min(0).max(1).default(0.3),
  // A flow-matching model, and a U-Net with twice the outputs.
  use_flow_sigmas: z.literal(false, { error: 'a flow-matching model, which Riff does not run' }).nullish(),
  variance_type: z
    .string()
    .regex(/^fixed_/, { error: 'expected a fixed variance; Riff does not run models that learned it' })
    .nullish(),
});

/**
 * The file's snake_case keys, checked. Two settings are those that diffusers' StableDiffusionPipeline forces on every
 * scheduler it loads (0.42.1): steps_offset is 1, and clip_sample is off since latents are not bounded by one. PNDM
 * runs without its Runge–Kutta start (skip_prk_steps), as in every Stable Diffusion folder.
 */
export const schedulerConfigSchema = fileSchema.transform((file) => ({
  /** The file's own scheduler, or its substitute. */
  name: file._class_name.name,
  /** `_class_name` if a substitute is used. */
  replacedClass: file._class_name.isOwn ? undefined : file._class_name.className,
  /** Key and value of settings that Riff does not have, with the schedulers whose result they would change. */
  unknownSettings: UNKNOWN_SETTINGS.filter(({ key, fine }) => !fine.includes(file[key])).map(
    ({ key, schedulers }) => ({ text: `${key} ${JSON.stringify(file[key])}`, schedulers }),
  ),
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
  /** Steps of the grid on which weights for lcm and tcd were distilled. */
  originalInferenceSteps: file.original_inference_steps,
  /** lcm multiplies timesteps by this before it weighs x_0 against the latents. */
  timestepScaling: file.timestep_scaling,
  /** Share of fresh noise in every step of tcd, 0 … 1. An argument in diffusers; here it is in the file. */
  eta: file.eta,
}));

/**
 * scheduler_config.json. `undefined` means that the file is silent: every scheduler then takes its own default, as
 * diffusers' from_config does when a folder is run by another scheduler than its own.
 */
export type SchedulerConfig = z.infer<typeof schedulerConfigSchema>;
export type PredictionType = SchedulerConfig['predictionType'];
export type TimestepSpacing = NonNullable<SchedulerConfig['timestepSpacing']>;

/**
 * Notices for a user whose model runs with this scheduler: the result differs from diffusers', or the weights were made for
 * another kind of sampling. `proposed`: the model's default scheduler.
 */
export function schedulerWarnings(
  config: SchedulerConfig,
  scheduler: SchedulerName,
  proposed: SchedulerName,
): readonly Notice[] {
  const { name, replacedClass, unknownSettings } = config;
  const ignored = unknownSettings.filter(({ schedulers }) => schedulers.includes(scheduler));
  return [
    ...mismatches(scheduler, proposed),
    ...(replacedClass !== undefined && scheduler === name
      ? [{ kind: 'schedulerReplaced', scheduler, own: replacedClass } as const]
      : []),
    ...ignored.map(({ text }) => ({ kind: 'settingIgnored', scheduler, setting: text }) as const),
  ];
}

function mismatches(scheduler: SchedulerName, proposed: SchedulerName): readonly Notice[] {
  if (isConsistencySampling(scheduler) === isConsistencySampling(proposed)) return [];
  const kind = isConsistencySampling(proposed) ? 'roughScheduler' : 'blurredScheduler';
  return [{ kind, scheduler, own: proposed }];
}
