import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ModelContext } from '../../../src/cli/model/context.ts';
import type { TaskOptions } from '../../../src/model-library/progress.ts';
import { openRuntime } from '../../../src/openvino/open-runtime.ts';
import { temporaryFolder } from '../run-riff.ts';

export const TINY_MODEL = fileURLToPath(new URL('../../golden/diffusion/tiny-model', import.meta.url));

export interface TestContext extends ModelContext {
  readonly printed: string[];
  readonly noted: string[];
  readonly questions: string[];
}

export interface TestContextOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly answer?: boolean | null;
  readonly work?: TaskOptions;
}

/** A context in a folder of its own, with empty models/. */
export function testContext({ env = {}, answer = null, work = {} }: TestContextOptions = {}): TestContext {
  const base = temporaryFolder();
  const modelsFolder = join(base, 'models');
  mkdirSync(modelsFolder);
  const [printed, noted, questions]: [string[], string[], string[]] = [[], [], []];
  return {
    modelsFolder,
    envFile: join(base, '.env'),
    env,
    base,
    printed,
    noted,
    questions,
    out: (line) => printed.push(line),
    note: (line) => noted.push(line),
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(answer);
    },
    openRuntime: () => openRuntime(),
    working: (run) => run(work),
  };
}

/** Puts the tiny model where a user may point at it. */
export function tinyFolder(context: ModelContext, name = 'tiny'): string {
  const folder = join(context.base, name);
  cpSync(TINY_MODEL, folder, { recursive: true });
  return folder;
}
