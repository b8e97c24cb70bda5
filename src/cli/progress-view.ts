import { SingleBar } from 'cli-progress';

/** How far long work is. */
export interface Shown {
  /** Names what is being done. Its time left is estimated from itself alone. */
  readonly task: string;
  /** Which part of the task, after its name. */
  readonly part?: string;
  readonly done: number;
  readonly total: number;
  /** The same in words, such as "step 3/20". */
  readonly reached: string;
  /** False: the numbers are not this task's own. */
  readonly isCounted: boolean;
}

export interface ProgressView {
  readonly show: (shown: Shown) => void;
  /** Restores the terminal; further calls do nothing. */
  readonly stop: () => void;
}

/** Shows progress on stderr: on a terminal a bar with the time left, elsewhere a line for each task and quarter of it. */
export function createProgressView(stream: NodeJS.WriteStream = process.stderr): ProgressView {
  return stream.isTTY ? barView(stream) : lineView(stream);
}

function barView(stream: NodeJS.WriteStream): ProgressView {
  const format = '{bar} {reached}{left}  {words}';
  const bar = new SingleBar({ stream, clearOnComplete: true, hideCursor: null, barsize: 30, format });
  const timeLeft = createTimer();
  let isStarted = false;
  return {
    show(shown) {
      const { task, part = '', done, total, reached } = shown;
      const payload = { words: task + part, reached, left: timeLeft(shown) };
      if (!isStarted) bar.start(total, done, payload);
      isStarted = true;
      bar.setTotal(total);
      bar.update(done, payload);
    },
    stop: () => bar.stop(),
  };
}

function createTimer(): (shown: Shown) => string {
  let first: (Pick<Shown, 'task' | 'done'> & { readonly atMs: number }) | null = null;
  return ({ task, done, total, isCounted }) => {
    if (first?.task !== task) first = { task, done, atMs: performance.now() };
    if (!isCounted || done <= first.done) return '';
    const leftMs = ((performance.now() - first.atMs) * (total - done)) / (done - first.done);
    return `, ${Math.ceil(leftMs / 1000)} s left`;
  };
}

function lineView(stream: NodeJS.WriteStream): ProgressView {
  let lastLine = '';
  return {
    show({ task, done, total, isCounted }) {
      // Quarters are enough in a log file.
      const quarter = Math.floor((4 * done) / Math.max(1, total));
      const line = isCounted ? `${task} ${25 * quarter} %` : task;
      if (line !== lastLine) stream.write(`${line}\n`);
      lastLine = line;
    },
    stop() {},
  };
}
