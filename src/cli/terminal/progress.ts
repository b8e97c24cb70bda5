import { SingleBar } from 'cli-progress';
import type { RenderProgress, RenderStage } from '../../engine/engine.ts';

export interface ProgressView {
  show(progress: RenderProgress): void;
  /** Leaves the terminal as it was; more calls do nothing. */
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

/** A bar with step and time left on a terminal, else a line now and then; always on stderr, stdout is for results. */
export function createProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

function barView(stream: NodeJS.WriteStream): ProgressView {
  const bar = new SingleBar({
    stream,
    clearOnComplete: true,
    hideCursor: null,
    barsize: 30,
    format: '{bar} step {value}/{total} | {eta_formatted} left | {words}',
  });
  let started = false;
  return {
    show({ stage, stepIndex, steps }) {
      const payload = { words: STAGE_WORDS[stage] };
      if (!started) bar.start(steps, stepIndex, payload);
      else bar.update(stepIndex, payload);
      started = true;
    },
    stop: () => bar.stop(),
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
