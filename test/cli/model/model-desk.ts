import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Desk } from '../../../src/cli/model/desk.ts';
import type { Work } from '../../../src/model-library/work.ts';
import { openRuntime } from '../../../src/openvino/open-runtime.ts';
import { temporaryFolder } from '../run-riff.ts';

export const TINY_MODEL = fileURLToPath(new URL('../../golden/diffusion/tiny-model', import.meta.url));

export interface TestDesk extends Desk {
  readonly printed: string[];
  readonly noted: string[];
  readonly questions: string[];
}

export interface TestDeskOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly answer?: boolean | null;
  readonly work?: Work;
}

/** A desk in a folder of its own, with empty models/. */
export function testDesk({ env = {}, answer = null, work = {} }: TestDeskOptions = {}): TestDesk {
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

/** Puts the tiny model where the desk's person may point at it. */
export function tinyFolder(desk: Desk, name = 'tiny'): string {
  const folder = join(desk.base, name);
  cpSync(TINY_MODEL, folder, { recursive: true });
  return folder;
}
