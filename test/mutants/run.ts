import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { MUTANTS, type Mutant } from './mutants.ts';

/**
 * `npm run mutants [-- word]`: puts each mutant (or those whose name holds the word) into a copy of the tree and runs its
 * tests. Prints a line each; exit code 1 where a mutant lives or its place in the code is not found.
 */
const ROOT = join(import.meta.dirname, '../..');
/** Large, and never mutated. */
const LINKED = ['node_modules', 'models'];
const LEFT_OUT = [...LINKED, '.git', 'data'];
/** A mutant may well hang; that is a failure, too. */
const TIMEOUT_MS = 180_000;

/** In the process that the timeout ends: one that hangs would live on as a child of it. */
const TEST = ['--test', '--test-isolation=none'];

type Fate = 'killed' | 'LIVES' | 'NOT FOUND';

function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-mutants-'));
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (path) => path === ROOT || !LEFT_OUT.some((name) => path === join(ROOT, name)),
  });
  for (const name of LINKED) symlinkSync(join(ROOT, name), join(folder, name));
  return folder;
}

function passes(folder: string, patterns: readonly string[]): boolean {
  const files = patterns.flatMap((pattern) => globSync(pattern, { cwd: folder }));
  if (files.length === 0) throw new RangeError(`mutants: expected test files, got ${patterns.join(', ')}`);
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'data/compiled-modules') };
  const options = { cwd: folder, env, stdio: 'ignore', timeout: TIMEOUT_MS, killSignal: 'SIGKILL' } as const;
  // One after the other: the first that fails decides.
  return files.every((file) => spawnSync(process.execPath, [...TEST, file], options).status === 0);
}

function fateOf({ file, search, replace, tests }: Mutant, folder: string): Fate {
  const path = join(folder, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(search).length !== 2) return 'NOT FOUND';
  writeFileSync(
    path,
    source.replace(search, () => replace),
  );
  try {
    return passes(folder, tests) ? 'LIVES' : 'killed';
  } finally {
    writeFileSync(path, source);
  }
}

const word = process.argv[2] ?? '';
const mutants = MUTANTS.filter(({ name }) => name.includes(word));
const folder = copyTree();
try {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  if (!passes(folder, tests))
    throw new Error(`${basename(import.meta.url)}: expected green tests without a mutant`);
  const fates = mutants.map((mutant) => {
    const fate = fateOf(mutant, folder);
    console.log(`${fate.padEnd(10)} ${mutant.name}`);
    return fate;
  });
  process.exitCode = fates.length > 0 && fates.every((fate) => fate === 'killed') ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
