import type { SchedulerName } from '../../riff/request.ts';

/** How Riff treats a `_class_name` of scheduler_config.json. */
export type SchedulerClass =
  /** Riff has this scheduler, or a substitute that solves the same noise schedule in another way. */
  | { readonly kind: 'runs'; readonly name: SchedulerName; readonly isOwn: boolean }
  /** The model was trained for another process, or the class is unknown. */
  | { readonly kind: 'refused'; readonly reason: string };

const OWN: Readonly<Record<string, SchedulerName>> = {
  PNDMScheduler: 'pndm',
  DDIMScheduler: 'ddim',
  EulerDiscreteScheduler: 'euler',
  EulerAncestralDiscreteScheduler: 'euler_a',
  DPMSolverMultistepScheduler: 'dpmpp_2m',
  UniPCMultistepScheduler: 'unipc',
  LCMScheduler: 'lcm',
  TCDScheduler: 'tcd',
};

/** Substitutes for classes that Riff does not have, the nearest by family. */
const NEAREST: Readonly<Record<string, SchedulerName>> = {
  // Training scripts leave this class in the folder.
  DDPMScheduler: 'dpmpp_2m',
  DDPMParallelScheduler: 'dpmpp_2m',
  DDIMParallelScheduler: 'ddim',
  HeunDiscreteScheduler: 'dpmpp_2m',
  LMSDiscreteScheduler: 'dpmpp_2m',
  KDPM2DiscreteScheduler: 'dpmpp_2m',
  KDPM2AncestralDiscreteScheduler: 'euler_a',
  DEISMultistepScheduler: 'dpmpp_2m',
  DPMSolverSinglestepScheduler: 'dpmpp_2m',
  DPMSolverSDEScheduler: 'dpmpp_2m',
  SASolverScheduler: 'dpmpp_2m',
};

/** Models that no other scheduler can run, by the beginning of the class name. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/FlowMatch/, 'a flow-matching model, which Riff does not run'],
  [/EDM/, 'an EDM model, which Riff does not run'],
];

/** Classes are those of diffusers 0.42.1. */
export function schedulerClass(className: string): SchedulerClass {
  const own = Object.hasOwn(OWN, className) ? OWN[className] : undefined;
  if (own) return { kind: 'runs', name: own, isOwn: true };
  const nearest = Object.hasOwn(NEAREST, className) ? NEAREST[className] : undefined;
  if (nearest) return { kind: 'runs', name: nearest, isOwn: false };
  const [, reason] = REFUSED.find(([pattern]) => pattern.test(className)) ?? [];
  const known = [...Object.keys(OWN), ...Object.keys(NEAREST)].join(', ');
  return { kind: 'refused', reason: reason ?? `expected one of ${known}` };
}

/** Whether it is consistency sampling, which works only with weights distilled for it, as those do only with it. */
export function isConsistencySampling(name: SchedulerName): boolean {
  return name === 'lcm' || name === 'tcd';
}

/** A setting that Riff does not have, and the schedulers whose result it would change. */
interface UnknownSetting {
  readonly key: string;
  readonly schedulers: readonly SchedulerName[];
  /** Values with which the setting changes nothing. */
  readonly fine: readonly unknown[];
}

const OFF = [undefined, null, false] as const;
const DPM: readonly SchedulerName[] = ['dpmpp_2m', 'dpmpp_2m_karras'];

export const UNKNOWN_SETTINGS: readonly UnknownSetting[] = [
  // The last two belong to classes that another note reports.
  {
    key: 'algorithm_type',
    schedulers: DPM,
    fine: [undefined, null, 'dpmsolver++', 'deis', 'data_prediction'],
  },
  { key: 'use_lu_lambdas', schedulers: DPM, fine: OFF },
  { key: 'thresholding', schedulers: ['ddim', ...DPM, 'unipc', 'lcm'], fine: OFF },
  { key: 'use_exponential_sigmas', schedulers: ['euler', ...DPM, 'unipc'], fine: OFF },
  { key: 'use_beta_sigmas', schedulers: ['euler', ...DPM, 'unipc'], fine: OFF },
  { key: 'interpolation_type', schedulers: ['euler'], fine: [undefined, null, 'linear'] },
  { key: 'timestep_type', schedulers: ['euler'], fine: [undefined, null, 'discrete'] },
  { key: 'predict_x0', schedulers: ['unipc'], fine: [undefined, null, true] },
];
