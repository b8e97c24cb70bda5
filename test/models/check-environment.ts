import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { riffCacheFolder } from '../../src/system/cache-folder.mjs';
import { withLock } from '../../src/system/file-lock.mjs';
import { makePrivateFolder } from '../../src/system/private-folder.mjs';

export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const REQUIREMENTS = join(REPOSITORY, 'models', 'check-requirements.txt');
const PYTHONS = process.platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'];
const VERSION = 'import sys; print(*sys.version_info[:2])';

export interface CheckPython {
  readonly python: string;
  /** Such as '3.12'. */
  readonly version: string;
}

/** A Python that the pinned packages have builds for; undefined where the machine has only older ones. */
export function findCheckPython(): CheckPython | undefined {
  for (const python of PYTHONS) {
    const { status, stdout } = spawnSync(python, ['-c', VERSION], { encoding: 'utf8' });
    const [major = 0, minor = 0] = (stdout ?? '').split(' ').map(Number);
    if (status === 0 && major === 3 && minor >= 11) return { python, version: `${major}.${minor}` };
  }
  return undefined;
}

/**
 * Runs a Python module in the repository's root, with ruff, pytest and what the tests import. The packages lie in a
 * folder of Riff's cache, put there by pip once, every one held against its hash. Throws AssertionError with what pip
 * or the module said.
 */
export function runChecked({ python, version }: CheckPython, module: string, ...args: string[]): void {
  const folder = packagesFolder(version);
  ensurePackages(python, folder);
  const { status, stdout, stderr, error } = spawnSync(python, ['-m', module, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(status, 0, `${module} found faults:\n${error?.message ?? stdout + stderr}`);
}

/** Other requirements, or another Python, are another folder. */
function packagesFolder(version: string): string {
  const key = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  return join(riffCacheFolder(process.env), `checks-${version}-${key}`);
}

function ensurePackages(python: string, folder: string): void {
  if (existsSync(folder)) return;
  makePrivateFolder(dirname(folder));
  withLock(`${folder}.lock`, { say: note }, () => {
    if (!existsSync(folder)) install(python, folder);
  });
}

function install(python: string, folder: string): void {
  note(`Fetching ruff, pytest, numpy and scipy (about 70 MB) into ${folder}, only once …`);
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  const options = ['--no-deps', '--only-binary=:all:', '--require-hashes', '--no-compile', '--quiet'];
  const patience = ['--disable-pip-version-check', '--no-input', '--retries=2', '--timeout=30'];
  const { status, stdout, stderr, error } = spawnSync(
    python,
    ['-m', 'pip', 'install', ...options, ...patience, '--target', partial, '-r', REQUIREMENTS],
    // A user's pip settings may ask for --user or for a virtual environment; neither fits --target.
    { encoding: 'utf8', env: { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' } },
  );
  assert.equal(
    status,
    0,
    `The Python checks: expected pip to fetch models/check-requirements.txt, it said:\n` +
      `${error?.message ?? stdout + stderr}\n` +
      'Install pip for this Python, or check the connection or the proxy (python3 -m pip config list), and start again.',
  );
  renameSync(partial, folder);
}

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
