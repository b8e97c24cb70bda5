import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { formatBytes } from '../../model-library/disk-space.ts';
import { MODELS_FOLDER } from '../../model-library/locate-model.ts';
import type { TaskOptions, TaskProgress } from '../../model-library/progress.ts';
import type { Runtime } from '../../openvino/runtime.ts';
import { cancelOnSignal } from '../cancellation.ts';
import { createProgressView, type Shown } from '../progress-view.ts';
import { userFolder } from '../user-files.ts';

/** What the subcommands of "model" work with; tests pass their own. */
export interface ModelContext {
  readonly modelsFolder: string;
  readonly envFile: string;
  readonly env: NodeJS.ProcessEnv;
  /** The user's working directory, where relative paths start. */
  readonly base: string;
  /** Prints a line of the result, on stdout. */
  readonly out: (line: string) => void;
  /** Prints another line, on stderr. */
  readonly note: (line: string) => void;
  /** Null if the terminal is not interactive. */
  readonly ask: (question: string) => Promise<boolean | null>;
  readonly openRuntime: () => Promise<Runtime>;
  /** Runs long work with a progress bar; Ctrl-C aborts it. */
  readonly working: <T>(work: (task: TaskOptions) => Promise<T>) => Promise<T>;
}

export function realContext(): ModelContext {
  return {
    modelsFolder: MODELS_FOLDER,
    envFile: resolve('.env'),
    env: process.env,
    base: userFolder(),
    out: (line) => console.log(line),
    note: (line) => console.error(line),
    ask,
    openRuntime: async () => (await import('../../openvino/open-runtime.ts')).openRuntime(),
    working,
  };
}

async function ask(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

async function working<T>(work: (task: TaskOptions) => Promise<T>): Promise<T> {
  const { signal, release } = cancelOnSignal();
  const view = createProgressView();
  try {
    return await work({ onProgress: (progress) => view.show(shownProgress(progress)), signal });
  } finally {
    view.stop();
    release();
  }
}

function shownProgress({ words, done, total, unit }: TaskProgress): Shown {
  const reached = unit === 'bytes' ? `${formatBytes(done)} of ${formatBytes(total)}` : `${done}/${total}`;
  return { task: words, done, total, reached, isCounted: true };
}
