import { spawn } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MUTANTS, type Mutant } from './mutants.ts';

/**
 * `npm run mutants [-- word]`: puts each mutant (or those whose name holds the word) into a copy of the tree and runs its
 * tests. Prints a line each; exit code 1 where a mutant lives or its place in the code is not found, 130 when it is
 * interrupted. Its tests end with it.
 */
const ROOT = join(import.meta.dirname, '../..');
/** Large, and never mutated. */
const LINKED = ['node_modules', 'models'];
const LEFT_OUT = [...LINKED, '.git', 'data'];
/** A mutant may well hang; that is a failure, too. */
const TIMEOUT_MS = 180_000;

/** In the process that is killed: one that hangs would live on as a child of it. */
const TEST = ['--test', '--test-isolation=none', '--test-reporter=tap'];

type Fate = 'killed' | 'LIVES' | 'NOT FOUND';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => interrupted.abort(new Error('interrupted')));

function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-mutants-'));
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => path === ROOT || !LEFT_OUT.some((name) => path === join(ROOT, name)),
  });
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

/** One file after the other: the first that fails decides. */
async function pass(folder: string, patterns: readonly string[]): Promise<boolean> {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: folder }));
  if (files.length === 0) throw new RangeError(`mutants: expected test files, got ${patterns.join(', ')}`);
  for (const file of files) if (!(await passes(folder, file))) return false;
  return true;
}

/** Ends with the first test that fails: the others may wait for what never comes. */
async function passes(folder: string, file: string): Promise<boolean> {
  const child = spawn(process.execPath, [...TEST, file], {
    cwd: folder,
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'data/compiled-modules') },
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    signal: interrupted.signal,
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Interrupting it is no fault of its own.
  child.on('error', () => {});
  createInterface({ input: child.stdout }).on(
    'line',
    (line) => /^\s*not ok/.test(line) && child.kill('SIGKILL'),
  );
  const passed = (await code) === 0;
  interrupted.signal.throwIfAborted();
  return passed;
}

async function fateOf({ file, search, replace, tests }: Mutant, folder: string): Promise<Fate> {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(search).length !== 2) return 'NOT FOUND';
  writeFileSync(
    path,
    source.replace(search, () => replace),
  );
  try {
    return (await pass(folder, tests)) ? 'LIVES' : 'killed';
  } finally {
    writeFileSync(path, source);
  }
}

async function run(mutants: readonly Mutant[], folder: string): Promise<0 | 1> {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  if (!(await pass(folder, tests))) throw new Error('mutants: expected green tests without a mutant');
  let exitCode: 0 | 1 = mutants.length > 0 ? 0 : 1;
  for (const mutant of mutants) {
    const fate = await fateOf(mutant, folder);
    console.log(`${fate.padEnd(10)} ${mutant.name}`);
    if (fate !== 'killed') exitCode = 1;
  }
  return exitCode;
}

const word = process.argv[2] ?? '';
const folder = copyTree();
try {
  const mutants = MUTANTS.filter(({ name }) => name.includes(word));
  process.exitCode = await run(mutants, folder);
} catch (thrown) {
  if (!interrupted.signal.aborted) throw thrown;
  process.exitCode = 130;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
