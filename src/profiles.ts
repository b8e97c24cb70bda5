import type { ReconstructionMethod } from './audio/reconstruct.ts';
import { EXACT, type Levers } from './diffusion/levers/levers.ts';
import type { ProfileName, RiffDefaults } from './riff-request.ts';

/** What a person chooses between exactness and speed with one word. */
export interface Profile {
  /** For people. */
  readonly summary: string;
  readonly levers: Levers;
  readonly phase: ReconstructionMethod;
  /** In place of the model's own, where the person says nothing. */
  readonly defaults: (model: RiffDefaults) => RiffDefaults;
}

/** Of `fast`; a model whose own steps are fewer keeps those. */
const FAST_STEPS = 12;

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  classic: {
    summary: 'as the Riffusion notebook does it: PNDM, 20 steps, Griffin-Lim from random phases',
    levers: EXACT,
    phase: 'classic',
    defaults: (model) => ({ ...model, scheduler: 'pndm', steps: 20 }),
  },
  balanced: {
    summary: "the model's own steps and scheduler, with nothing left out",
    levers: EXACT,
    phase: 'pghi',
    defaults: (model) => model,
  },
  fast: {
    summary: 'fewer steps, the negative side at every second one',
    levers: { ...EXACT, guidance: { ...EXACT.guidance, every: 2 } },
    phase: 'pghi',
    defaults: (model) => ({ ...model, steps: Math.min(model.steps, FAST_STEPS) }),
  },
};

/** What stands in a request of this profile where the person says nothing. */
export function defaultsOf(profile: ProfileName, model: RiffDefaults): RiffDefaults {
  return PROFILES[profile].defaults(model);
}
