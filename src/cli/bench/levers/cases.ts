import { EXACT, type Levers } from '../../../diffusion/levers/levers.ts';
import type { RiffDefaults } from '../../../riff-request.ts';

/** A way to render faster, alone or with others, against the model's own steps and scheduler with every lever off. */
export interface LeverCase {
  /** Also the name of its folder of pictures. */
  readonly name: string;
  readonly request?: Partial<RiffDefaults>;
  readonly levers?: Partial<Levers>;
}

const everywhere = EXACT.guidance.interval;

export const LEVER_CASES: readonly LeverCase[] = [
  { name: 'steps-16', request: { steps: 16 } },
  { name: 'steps-12', request: { steps: 12 } },
  { name: 'steps-10', request: { steps: 10 } },
  { name: 'unipc', request: { scheduler: 'unipc' } },
  { name: 'unipc-12', request: { scheduler: 'unipc', steps: 12 } },
  { name: 'unipc-10', request: { scheduler: 'unipc', steps: 10 } },
  { name: 'guidance-below-5.4', levers: { guidance: { interval: { low: 0, high: 5.42 }, every: 1 } } },
  { name: 'guidance-above-0.3', levers: { guidance: { interval: { low: 0.28, high: 1e9 }, every: 1 } } },
  { name: 'guidance-above-0.5', levers: { guidance: { interval: { low: 0.5, high: 1e9 }, every: 1 } } },
  { name: 'guidance-kept-2', levers: { guidance: { interval: everywhere, every: 2 } } },
  { name: 'guidance-kept-3', levers: { guidance: { interval: everywhere, every: 3 } } },
  { name: 'forecast-hold', levers: { forecast: { degree: 0, warmUp: 4, every: 2 } } },
  { name: 'forecast-line', levers: { forecast: { degree: 1, warmUp: 4, every: 2 } } },
  { name: 'forecast-square', levers: { forecast: { degree: 2, warmUp: 4, every: 2 } } },
  { name: 'forecast-line-3', levers: { forecast: { degree: 1, warmUp: 4, every: 3 } } },
  { name: 'fast-profile', request: { steps: 16 }, levers: { forecast: { degree: 1, warmUp: 4, every: 2 } } },
  { name: 'ddim', request: { scheduler: 'ddim' } },
  { name: 'pndm', request: { scheduler: 'pndm' } },
];
