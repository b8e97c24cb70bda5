import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { CancelledError, RiffError, UserError } from '../errors.ts';
import type { TaskOptions } from './progress.ts';

/** A script prints one JSON object per line on stdout; other lines are ignored. */
const messageSchema = z.union([
  z.object({
    words: z.string(),
    done: z.number(),
    total: z.number(),
    unit: z.enum(['bytes', 'steps']).default('steps'),
  }),
  /** A fault that the user can fix. */
  z.object({ refused: z.string() }),
  z.object({ result: z.unknown() }),
]);

export interface PythonCall {
  readonly python: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Where stderr is written if the script fails. */
  readonly logFile: string;
}

/**
 * Runs one of the project's scripts, reports its progress and returns the result that it prints. Throws UserError if the
 * script refuses its input, RiffError('invalid_model') if it fails otherwise (the message names the log), and
 * CancelledError after the signal, which also kills the script.
 */
export async function runPython(call: PythonCall, task: TaskOptions): Promise<unknown> {
  const child = spawn(call.python, [call.script, ...call.args], {
    env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGKILL');
  task.signal?.addEventListener('abort', stop, { once: true });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const heard: { refused?: string; result?: unknown } = {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = messageSchema.safeParse(jsonOf(line)).data;
    if (message === undefined) return;
    if ('words' in message) task.onProgress?.(message);
    else Object.assign(heard, message);
  });
  const failure = await ended(child);
  task.signal?.removeEventListener('abort', stop);
  if (task.signal?.aborted) throw new CancelledError();
  if (heard.refused !== undefined) throw new UserError(heard.refused);
  if (failure === undefined) return heard.result;
  throw await failed(call, failure, errors.join(''));
}

/** Keeps all that the script wrote in the log, because only its last line is shown. */
async function failed({ script, logFile }: PythonCall, failure: string, written: string): Promise<RiffError> {
  await mkdir(dirname(logFile), { recursive: true });
  await writeFile(logFile, written);
  const lastLine = written.trim().split('\n').at(-1) ?? '';
  const message = `expected ${script} to succeed, ${failure}: ${lastLine} (all of it in ${logFile})`;
  return new RiffError('invalid_model', message);
}

/** Resolves with what went wrong, or undefined, once the pipes are read to the end. */
function ended(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`it did not start: ${error.message}`));
    child.once('close', (code, signal) => resolve(code === 0 ? undefined : endWords(code, signal)));
  });
}

function endWords(code: number | null, signal: string | null): string {
  if (signal === 'SIGKILL') return 'it was killed, perhaps because memory ran out';
  return signal ? `it was ended by ${signal}` : `it ended with code ${code}`;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
