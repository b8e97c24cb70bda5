import type { RenderProgress, RenderStage } from '../riff/engine.ts';
import type { Shown } from './progress-view.ts';

const TASKS: Readonly<Record<RenderStage, string>> = {
  load: 'loading the model',
  text: 'reading the prompt',
  denoise: 'diffusion',
  decode: 'drawing the spectrogram',
  audio: 'finding the phases',
  files: 'writing the files',
};

/** A render's progress as the terminal shows it. PNDM takes one step more than requested, so the total may grow. */
export function shownProgress({ stage, stepIndex, steps, window }: RenderProgress): Shown {
  return {
    task: TASKS[stage],
    part: window ? `, section ${window.number} of ${window.count}` : '',
    done: stepIndex,
    total: steps,
    reached: `step ${stepIndex}/${steps}`,
    isCounted: stage === 'denoise',
  };
}
