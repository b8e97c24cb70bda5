import { SingleBar } from 'cli-progress';
import type { RenderProgress, RenderStage } from '../riff/engine.ts';

export interface ProgressView {
  show(progress: RenderProgress): void;
  /** Restores the terminal; further calls do nothing. */
  stop(): void;
}

const STAGE_WORDS: Readonly<Record<RenderStage, string>> = {
  load: 'loading the model',
  text: 'reading the prompt',
  denoise: 'diffusion',
  decode: 'drawing the spectrogram',
  audio: 'finding the phases',
  files: 'writing the files',
};

/** Shows progress on stderr: on a terminal a bar with step and time left, elsewhere a line now and then. */
export function createProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

function barView(stream: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({
    stream,
    clearOnComplete: true,
    hideCursor: null,
    barsize: 30,
    format: '{bar} step {value}/{total}{left}  {words}',
  });
  const timeLeft = stepTimer();
  let started = false;
  return {
    show(progress) {
      const { stage, stepIndex, steps, window } = progress;
      const section = window ? `, section ${window.number} of ${window.count}` : '';
      const payload = { words: STAGE_WORDS[stage] + section, left: timeLeft(progress) };
      if (!started) bar.start(steps, stepIndex, payload);
      started = true;
      // PNDM takes one step more than requested.
      bar.setTotal(steps);
      bar.update(stepIndex, payload);
    },
    stop: () => bar.stop(),
  };
}

/** Estimates the time left from the steps alone, without the time for loading the model. */
function stepTimer(): (progress: RenderProgress) => string {
  let first: { readonly stepIndex: number; readonly atMs: number } | null = null;
  return ({ stage, stepIndex, steps }) => {
    if (stage !== 'denoise') return '';
    first ??= { stepIndex, atMs: performance.now() };
    if (stepIndex === first.stepIndex) return '';
    const msPerStep = (performance.now() - first.atMs) / (stepIndex - first.stepIndex);
    return `, ${Math.ceil((msPerStep * (steps - stepIndex)) / 1000)} s left`;
  };
}

function lineView(stream: NodeJS.WriteStream): ProgressView {
  let lastLine = '';
  return {
    show({ stage, stepIndex, steps }) {
      // Quarters are enough in a log file.
      const quarter = Math.floor((4 * stepIndex) / Math.max(1, steps));
      const reached = stage === 'denoise' ? ` ${25 * quarter} %` : '';
      const line = `${STAGE_WORDS[stage]}${reached}`;
      if (line !== lastLine) stream.write(`${line}\n`);
      lastLine = line;
    },
    stop() {},
  };
}
