import type { StepReport } from '../diffusion/generation.ts';
import type { RenderOptions, RenderProgress } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';
import { countWindows } from '../riff/score.ts';
import type { Section } from '../riff/strip.ts';
import type { TimeGrid } from '../riff/tempo.ts';

export interface StepProgress {
  /** Of the whole request. */
  readonly steps: number;
  /** For one attempt to paint it: counts from the first step. */
  readonly onPart: () => (section: Section, report: Pick<StepReport, 'stepIndex' | 'steps'>) => void;
  /** Reports the last step once more, as a sign of life. */
  readonly repeat: () => void;
}

/**
 * Steps of a request as a user counts them, for each window: 20 for a plain riff of 20 steps. Sources are
 * included, because it is not known yet whether their latents are stored.
 */
export function stepProgress(
  grid: TimeGrid,
  request: RiffRequest,
  onProgress: RenderOptions['onProgress'],
): StepProgress {
  const total = Math.max(1, countWindows(request, grid));
  const steps = Math.round(total * request.steps);
  let last: RenderProgress = { stage: 'denoise', stepIndex: 0, steps };
  return {
    steps,
    onPart() {
      let before = 0;
      return ({ windows: { length: count }, strength }, report) => {
        const windowsDone = before + (report.stepIndex / report.steps) * count * strength;
        if (report.stepIndex === report.steps) before = windowsDone;
        const stepIndex = Math.min(steps, Math.floor((windowsDone / total) * steps + 1e-6));
        const window = count > 1 && { window: { number: (report.stepIndex % count) + 1, count } };
        last = { stage: 'denoise', stepIndex, steps, ...window };
        onProgress(last);
      };
    },
    repeat: () => onProgress(last),
  };
}
