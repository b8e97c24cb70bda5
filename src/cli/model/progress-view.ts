import { SingleBar } from 'cli-progress';
import { formatBytes } from '../../model-library/disk-space.ts';
import type { TaskProgress } from '../../model-library/progress.ts';

export interface ProgressView {
  readonly show: (progress: TaskProgress) => void;
  /** Restores the terminal; further calls do nothing. */
  readonly stop: () => void;
}

/** Shows progress on stderr: on a terminal a bar for each piece of work, elsewhere a line at every quarter. */
export function createProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

function barView(stream: NodeJS.WriteStream): ProgressView {
  let bar: SingleBar | undefined;
  let current = '';
  return {
    show(progress) {
      const { words, done, total } = progress;
      if (words !== current) {
        bar?.stop();
        bar = new SingleBar({
          stream,
          hideCursor: null,
          barsize: 30,
          format: '{bar} {reached} | {eta_formatted} left | {words}',
        });
        bar.start(total, done, { words, reached: reached(progress) });
      }
      current = words;
      bar?.setTotal(total);
      bar?.update(done, { reached: reached(progress) });
    },
    stop: () => bar?.stop(),
  };
}

function lineView(stream: NodeJS.WriteStream): ProgressView {
  let lastLine = '';
  return {
    show({ words, done, total }) {
      const quarter = Math.floor((4 * done) / Math.max(1, total));
      const line = `${words} ${25 * quarter} %`;
      if (line !== lastLine) stream.write(`${line}\n`);
      lastLine = line;
    },
    stop() {},
  };
}

function reached({ done, total, unit }: TaskProgress): string {
  return unit === 'bytes' ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done}/${total}`;
}
