import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { z } from 'zod';

const KEPT_ERROR_LETTERS = 4000;

/** A program that answers each line on stdin with one line of JSON, so that renders of it and of Riff can alternate. */
export interface LineProcess<Answer> {
  /** Rejects when the program is gone, with the last line of its stderr, or answers something else. */
  ask(): Promise<Answer>;
  close(): Promise<void>;
}

export function openLineProcess<Answer>(
  command: string,
  args: readonly string[],
  schema: z.ZodType<Answer>,
): LineProcess<Answer> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = endOf(child);
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-KEPT_ERROR_LETTERS);
  });
  // A program that ends early is noticed when its answer is missing.
  child.stdin.on('error', () => {});
  const gone = async (): Promise<never> => {
    const why = await ended;
    throw new Error(said.trim().split('\n').at(-1) || why);
  };
  return {
    async ask() {
      child.stdin.write('\n');
      const line = await Promise.race([lines.next(), ended.then(() => null)]);
      return line === null || line.done ? gone() : schema.parse(JSON.parse(line.value));
    },
    async close() {
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}

/** Resolves with how the program ended, for one that wrote nothing to stderr. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'close');
    return `it ended with ${code ?? signal}`;
  } catch (thrown) {
    return String((thrown as Error).message);
  }
}
