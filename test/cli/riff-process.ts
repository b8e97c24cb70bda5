/** A process of `openRiff`: runs each command line that it is sent as `riff.ts` does, and answers with its output and exit code. */

import { reportFailure } from '../../src/cli/failure.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Ran } from './run-riff.ts';

interface CommandLine {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const ownEnv = { ...process.env };

process.on('message', async ({ args, env }: CommandLine) => {
  process.env = { ...ownEnv, ...env };
  const ran = await run(args);
  process.send?.(ran);
});

async function run(args: readonly string[]): Promise<Ran> {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process[name].write = (chunk: string | Uint8Array) => {
      printed[name] += chunk;
      return true;
    };
  }
  process.exitCode = 0;
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (thrown) {
    process.exitCode = reportFailure(thrown);
  }
  return { ...printed, code: Number(process.exitCode) };
}
