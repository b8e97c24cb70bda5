import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of one's own, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-cli-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The command line as npm runs it for somebody who stands in `folder`. */
export function spawnRiff(folder: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawn(process.execPath, [join(REPOSITORY, 'src/cli/riff.ts'), ...args], {
    cwd: REPOSITORY,
    env: { ...environmentIn(folder), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function runRiff(
  folder: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const child = spawnRiff(folder, args, env);
  const exit = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code, stdout, stderr };
}

/**
 * Runs command lines as `runRiff` does, but one after another in one process, which ends after the file's tests: most of
 * the time of a short one is Node's own start.
 */
export function openRiff(folder: string): (args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Ran> {
  const child = fork(join(import.meta.dirname, 'riff-process.ts'), {
    cwd: REPOSITORY,
    env: environmentIn(folder),
  });
  const died = once(child, 'exit').then(([code]) => {
    throw new Error(`expected an answer from riff, its process ended with ${code}`);
  });
  died.catch(() => {});
  after(() => child.disconnect());
  let last: Promise<unknown> = Promise.resolve();
  return (args, env = {}) => {
    const ran = last.then(async (): Promise<Ran> => {
      const answer = once(child, 'message');
      child.send({ args, env });
      return (await Promise.race([answer, died]))[0];
    });
    last = ran.catch(() => {});
    return ran;
  };
}

function environmentIn(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, INIT_CWD: folder, RIFF_DEBUG: '' };
}
