// @ts-check
/**
 * `node test/all.mjs`: every test. The processes of a run keep compiled modules in one folder: a hundred of them import
 * the same files, and stripping types costs more than most tests do.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** More than CI has cores: the tests of processes wait most of the time. */
const CONCURRENCY = 3;

const root = join(import.meta.dirname, '..');
const { status } = spawnSync(
  process.execPath,
  ['--test', `--test-concurrency=${CONCURRENCY}`, 'test/**/*.test.ts', 'packages/*/test/**/*.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled-modules'), ...process.env },
  },
);
process.exit(status ?? 1);
