import type { ReconstructOptions } from '../audio/reconstruct.ts';
import { EXACT, type Levers } from '../diffusion/levers.ts';
import type { ProfileName, RiffDefaults } from '../riff/request.ts';

export type PhaseRecovery = Pick<ReconstructOptions, 'method' | 'iterations'>;

/** What a person chooses between exactness and speed with one word. */
export interface Profile {
  /** For users; at most 80 characters. */
  readonly summary: string;
  readonly levers: Levers;
  readonly phase: PhaseRecovery;
  /** In place of the model's own, where the person says nothing. */
  readonly defaults: (model: RiffDefaults) => RiffDefaults;
}

/**
 * Thirteen of twenty steps ask the U-Net. No verdict of the judge changes, and the error is what rounding the weights to
 * 8 bits costs. Six asked steps at the start leave a model of few steps, or a person who asks for few, nearly untouched.
 */
const BALANCED_LEVERS: Levers = { ...EXACT, forecast: { degree: 1, warmUp: 6, every: 2 } };

/** A model whose own steps are fewer keeps those. */
const FAST_STEPS = 9;

/**
 * Six of nine steps ask the U-Net: as close to the exact picture as eight steps that all do. The guidance levers cost
 * more than they save and stay off, and so does DeepCache. The figures are in models/README.md.
 */
const FAST_LEVERS: Levers = { ...EXACT, forecast: { degree: 1, warmUp: 3, every: 2 } };

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  classic: {
    summary: 'as the Riffusion notebook does it: PNDM, 20 steps, Griffin-Lim from random phases',
    levers: EXACT,
    phase: { method: 'classic' },
    defaults: (model) => ({ ...model, scheduler: 'pndm', steps: 20 }),
  },
  balanced: {
    summary: 'the usual; some later steps are estimated',
    levers: BALANCED_LEVERS,
    phase: { method: 'pghi' },
    defaults: (model) => model,
  },
  fast: {
    summary: 'about a third of the time, with some loss of detail',
    levers: FAST_LEVERS,
    phase: { method: 'pghi', iterations: 4 },
    defaults: (model) => ({ ...model, scheduler: 'dpmpp_2m', steps: Math.min(model.steps, FAST_STEPS) }),
  },
};

/** What stands in a request of this profile where the person says nothing. */
export function defaultsOf(profile: ProfileName, model: RiffDefaults): RiffDefaults {
  return PROFILES[profile].defaults(model);
}
