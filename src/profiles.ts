import type { ReconstructOptions } from './audio/reconstruct.ts';
import { EXACT, type Levers } from './diffusion/levers/levers.ts';
import type { ProfileName, RiffDefaults } from './riff-request.ts';

export type PhaseRecovery = Pick<ReconstructOptions, 'method' | 'iterations'>;

/** What a person chooses between exactness and speed with one word. */
export interface Profile {
  /** For people. */
  readonly summary: string;
  readonly levers: Levers;
  readonly phase: PhaseRecovery;
  /** In place of the model's own, where the person says nothing. */
  readonly defaults: (model: RiffDefaults) => RiffDefaults;
}

/** A model whose own steps are fewer keeps those. */
const FAST_STEPS = 16;

/**
 * Ten of sixteen steps ask the U-Net: closer to the exact picture than ten steps that all do, and closer than what
 * another solver at twenty makes of it. The guidance levers cost more than they save and stay off. The figures are in
 * models/README.md.
 */
const FAST_LEVERS: Levers = { ...EXACT, forecast: { degree: 1, warmUp: 4, every: 2 } };

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  classic: {
    summary: 'as the Riffusion notebook does it: PNDM, 20 steps, Griffin-Lim from random phases',
    levers: EXACT,
    phase: { method: 'classic' },
    defaults: (model) => ({ ...model, scheduler: 'pndm', steps: 20 }),
  },
  balanced: {
    summary: "the model's own steps and scheduler, with nothing left out",
    levers: EXACT,
    phase: { method: 'pghi' },
    defaults: (model) => model,
  },
  fast: {
    summary: 'half the time: every second step is foretold, and the phases are refined less',
    levers: FAST_LEVERS,
    phase: { method: 'pghi', iterations: 4 },
    defaults: (model) => ({ ...model, scheduler: 'dpmpp_2m', steps: Math.min(model.steps, FAST_STEPS) }),
  },
};

/** What stands in a request of this profile where the person says nothing. */
export function defaultsOf(profile: ProfileName, model: RiffDefaults): RiffDefaults {
  return PROFILES[profile].defaults(model);
}
