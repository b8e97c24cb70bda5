import { UserError } from '../../errors.ts';
import type { SchedulerName } from '../../riff/request.ts';
import { ddim } from './ddim.ts';
import { dpmSolverMultistep } from './dpm-solver-multistep.ts';
import { euler, eulerAncestral } from './euler.ts';
import { lcm } from './lcm.ts';
import { pndm } from './pndm.ts';
import type { Scheduler, SchedulerOptions } from './scheduler.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import { tcd } from './tcd.ts';
import { unipc } from './unipc.ts';

/**
 * The named scheduler on a folder's settings, as diffusers 0.42.1 makes it with from_config.
 * Throws UserError when there are more steps than training timesteps, or than the scheduler can take.
 */
export function createScheduler(
  name: SchedulerName,
  config: SchedulerConfig,
  options: SchedulerOptions,
): Scheduler {
  if (options.steps > config.numTrainTimesteps) {
    throw new UserError(
      `steps: expected at most ${config.numTrainTimesteps} for this model, got ${options.steps}`,
    );
  }
  switch (name) {
    case 'pndm':
      return pndm(config, options);
    case 'ddim':
      return ddim(config, options);
    case 'euler':
      return euler(config, options);
    case 'euler_a':
      return eulerAncestral(config, options);
    case 'dpmpp_2m':
      return dpmSolverMultistep(config, options);
    case 'dpmpp_2m_karras':
      return dpmSolverMultistep({ ...config, useKarrasSigmas: true }, options);
    case 'unipc':
      return unipc(config, options);
    case 'lcm':
      return lcm(config, options);
    case 'tcd':
      return tcd(config, options);
  }
}
