import { EXACT, type ForecastLever, type GuidanceLever, type Levers } from '../../../diffusion/levers.ts';
import { PROFILES } from '../../../render/profiles.ts';
import {
  PROFILE_NAMES,
  type ProfileName,
  type RiffDefaults,
  type SchedulerName,
} from '../../../riff/request.ts';

/** A way to render faster, alone or with others, against the model's own steps and scheduler with every lever off. */
export interface LeverCase {
  /** Also the name of its folder of pictures. */
  readonly name: string;
  /** What a request of this case has in place of the model's own. */
  readonly request?: (model: RiffDefaults) => Partial<RiffDefaults>;
  readonly levers?: Partial<Levers>;
}

const always = EXACT.guidance.interval;

const ABOVE_HALF: GuidanceLever = { interval: { low: 0.5, high: 1e9 }, every: 1 };

const line = (warmUp: number, every: number): ForecastLever => ({ degree: 1, warmUp, every });

export const LEVER_CASES: readonly LeverCase[] = [
  // What a whole profile changes.
  ...PROFILE_NAMES.map(profile),

  // Fewer steps, and other solvers at equal time.
  ...[16, 12, 10, 8, 6].map((steps) => solver(steps)),
  solver(20, 'unipc'),
  solver(12, 'unipc'),
  solver(10, 'unipc'),
  solver(6, 'unipc'),
  solver(20, 'euler'),
  solver(10, 'euler'),
  solver(20, 'ddim'),
  solver(10, 'pndm'),

  // Guidance in a part of the steps.
  guidance('below-5.4', { interval: { low: 0, high: 5.42 }, every: 1 }),
  guidance('above-0.3', { interval: { low: 0.28, high: 1e9 }, every: 1 }),
  guidance('above-0.5', ABOVE_HALF),
  guidance('kept-2', { interval: always, every: 2 }),
  guidance('kept-3', { interval: always, every: 3 }),

  // Foretold steps.
  forecast('hold-2', { degree: 0, warmUp: 4, every: 2 }),
  forecast('line-2', line(4, 2)),
  forecast('square-2', { degree: 2, warmUp: 4, every: 2 }),
  forecast('line-3', line(4, 3)),
  forecast('line-5', line(4, 5)),

  // Few steps of which some are foretold: eight, seven, six and five that ask; then without guidance at the end, too.
  forecast('line-2-of-12', line(3, 2), { steps: 12 }),
  forecast('line-2-of-10', line(3, 2), { steps: 10 }),
  forecast('line-2-of-9', line(3, 2), { steps: 9 }),
  forecast('line-3-of-12', line(3, 3), { steps: 12 }),
  forecast('line-2-of-9-unipc', line(3, 2), { steps: 9, scheduler: 'unipc' }),
  forecast('line-2-of-9-guided-above-0.5', line(3, 2), { steps: 9 }, ABOVE_HALF),
  forecast('line-2-of-8', line(2, 2), { steps: 8 }),
  forecast('line-2-of-8-guided-above-0.5', line(2, 2), { steps: 8 }, ABOVE_HALF),
];

function profile(name: ProfileName): LeverCase {
  const { levers, defaults } = PROFILES[name];
  return { name: `profile-${name}`, request: defaults, levers };
}

function solver(steps: number, scheduler?: SchedulerName): LeverCase {
  return {
    name: `${scheduler ?? 'steps'}-${steps}`,
    request: () => ({ steps, ...(scheduler && { scheduler }) }),
  };
}

function guidance(name: string, lever: GuidanceLever): LeverCase {
  return { name: `guidance-${name}`, levers: { guidance: lever } };
}

function forecast(
  name: string,
  lever: ForecastLever,
  request: Partial<RiffDefaults> = {},
  guidance: GuidanceLever = EXACT.guidance,
): LeverCase {
  return { name: `forecast-${name}`, request: () => request, levers: { forecast: lever, guidance } };
}
