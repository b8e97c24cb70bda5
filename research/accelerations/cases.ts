import type { ForecastPlan } from '../../src/diffusion/forecast.ts';
import { PROFILES } from '../../src/render/profiles.ts';
import {
  PROFILE_NAMES,
  type ProfileName,
  type RiffDefaults,
  type SchedulerName,
} from '../../src/riff/request.ts';

/** An acceleration, compared with the model's own steps and scheduler with every step evaluated. */
export interface AccelerationCase {
  /** Also the name of its folder of pictures. */
  readonly name: string;
  /** What a request of this case has in place of the model's own. */
  readonly request?: (model: RiffDefaults) => Partial<RiffDefaults>;
  readonly forecast?: ForecastPlan | null;
}

const line = (warmUp: number, every: number): ForecastPlan => ({ degree: 1, warmUp, every });

export const CASES: readonly AccelerationCase[] = [
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

  // Forecast steps.
  forecast('hold-2', { degree: 0, warmUp: 4, every: 2 }),
  forecast('line-2', line(4, 2)),
  forecast('square-2', { degree: 2, warmUp: 4, every: 2 }),
  forecast('line-3', line(4, 3)),
  forecast('line-5', line(4, 5)),

  // Few steps of which some are forecast: eight, seven, six and five are evaluated.
  forecast('line-2-of-12', line(3, 2), { steps: 12 }),
  forecast('line-2-of-10', line(3, 2), { steps: 10 }),
  forecast('line-2-of-9', line(3, 2), { steps: 9 }),
  forecast('line-3-of-12', line(3, 3), { steps: 12 }),
  forecast('line-2-of-9-unipc', line(3, 2), { steps: 9, scheduler: 'unipc' }),
  forecast('line-2-of-8', line(2, 2), { steps: 8 }),
];

function profile(name: ProfileName): AccelerationCase {
  const { forecast, defaults } = PROFILES[name];
  return { name: `profile-${name}`, request: defaults, forecast };
}

function solver(steps: number, scheduler?: SchedulerName): AccelerationCase {
  return {
    name: `${scheduler ?? 'steps'}-${steps}`,
    request: () => ({ steps, ...(scheduler && { scheduler }) }),
  };
}

function forecast(name: string, plan: ForecastPlan, request: Partial<RiffDefaults> = {}): AccelerationCase {
  return { name: `forecast-${name}`, request: () => request, forecast: plan };
}
