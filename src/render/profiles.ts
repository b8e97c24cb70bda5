import type { ReconstructOptions } from '../audio/reconstruct.ts';
import type { ForecastPlan } from '../diffusion/forecast.ts';
import { isConsistencySampling } from '../diffusion/schedulers/scheduler-classes.ts';
import type { DecoderKind } from '../diffusion/vae.ts';
import {
  DEFAULT_PROFILE,
  type ProfileName,
  parseRiffRequest,
  type RiffDefaults,
  type RiffRequest,
} from '../riff/request.ts';

export type PhaseRecovery = Pick<ReconstructOptions, 'method' | 'iterations'>;

/** A named trade-off between quality and speed. */
export interface Profile {
  /** Null: every step is evaluated by the U-Net. */
  readonly forecast: ForecastPlan | null;
  /** For a model that has both decoders; otherwise `exact` is used. */
  readonly decoder: DecoderKind;
  readonly phase: PhaseRecovery;
  /** Replace the model's defaults for options that the request leaves out. */
  readonly defaults: (model: RiffDefaults) => RiffDefaults;
}

/**
 * Evaluates 7 of 11 steps, which the judge does not tell from 20 exact ones, and 6 of 9 (research/README.md).
 */
const FORECAST: ForecastPlan = { degree: 1, warmUp: 3, every: 2 };

/** A model that proposes fewer steps keeps them. */
const inSteps =
  (most: number): Profile['defaults'] =>
  (model) => ({ ...model, scheduler: 'dpmpp_2m', steps: Math.min(model.steps, most) });

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  classic: {
    forecast: null,
    decoder: 'exact',
    phase: { method: 'classic' },
    defaults: (model) => ({ ...model, scheduler: 'pndm', steps: 20 }),
  },
  balanced: {
    forecast: FORECAST,
    decoder: 'small',
    phase: { method: 'pghi' },
    defaults: inSteps(11),
  },
  fast: {
    forecast: FORECAST,
    decoder: 'small',
    phase: { method: 'pghi', iterations: 4 },
    defaults: inSteps(9),
  },
};

/** Weights that propose no more steps than this were distilled for their own scheduler and steps. */
const FEW_STEPS = 8;

/** The parts of a request that its defaults depend on. */
type Wanted = {
  readonly [K in 'negativePrompt' | 'steps' | 'guidanceScale' | 'scheduler']?: RiffRequest[K] | undefined;
};

/**
 * The defaults of a request with this profile; weights distilled for few steps keep theirs in every profile. Where a
 * model has a second U-Net distilled for few steps, `fast` takes it, unless something is wanted that it cannot do.
 */
export function defaultsOf(profile: ProfileName, model: RiffDefaults, wanted: Wanted = {}): RiffDefaults {
  const isDistilled = model.steps <= FEW_STEPS || isConsistencySampling(model.scheduler);
  if (isDistilled) return model;
  const { fewSteps } = model;
  if (fewSteps && wanted.scheduler && isConsistencySampling(wanted.scheduler)) return fewSteps;
  if (fewSteps && profile === 'fast' && canTake(wanted)) return fewSteps;
  return PROFILES[profile].defaults(model);
}

/**
 * A request with the defaults of its profile, of which steps are at most `mostSteps`; checked. Throws UserError as
 * parseRiffRequest does.
 */
export function completeRequest(
  wanted: Partial<RiffRequest>,
  model: RiffDefaults,
  { freshSeed, mostSteps = Number.POSITIVE_INFINITY }: CompletionOptions,
): RiffRequest {
  const defaults = defaultsOf(wanted.profile ?? DEFAULT_PROFILE, model, wanted);
  return parseRiffRequest(wanted, { ...defaults, steps: Math.min(defaults.steps, mostSteps) }, freshSeed);
}

interface CompletionOptions {
  readonly freshSeed: number;
  readonly mostSteps?: number | undefined;
}

/** Its guidance is built in; the first U-Net is guided away from a negative prompt better. */
function canTake({ negativePrompt = '', steps = 1, guidanceScale = 1, scheduler }: Wanted): boolean {
  const isPlain = negativePrompt.trim() === '' && guidanceScale === 1 && scheduler === undefined;
  return isPlain && steps <= FEW_STEPS;
}

/** The profile's plan; null for schedulers that add fresh noise in every step, where earlier predictions say little. */
export function forecastOf({
  profile,
  scheduler,
}: Pick<RiffRequest, 'profile' | 'scheduler'>): ForecastPlan | null {
  return isConsistencySampling(scheduler) ? null : PROFILES[profile].forecast;
}
