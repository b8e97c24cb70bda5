import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { expandHome, riffCacheFolder } from '../system/cache-folder.mjs';
import { withLock } from '../system/file-lock.mjs';
import { makePrivateFolder } from '../system/private-folder.mjs';
import type { Say } from './progress.ts';

const PROJECT = fileURLToPath(new URL('../../models/pyproject.toml', import.meta.url));

/** PyTorch's own index has builds without CUDA, which takes six gigabytes in PyPI's builds for Linux. */
const CPU_TORCH_INDEX = 'https://download.pytorch.org/whl/cpu';

const NEEDED = ['torch', 'diffusers', 'transformers', 'openvino', 'nncf'];
const PYTHONS = ['python3.12', 'python3.13', 'python3.11', 'python3', 'python'];
const SUPPORTED = 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))';

/** A Python that runs scripts without packages, at once. Throws UserError that names the alternatives. */
export function plainPython(env: NodeJS.ProcessEnv): string {
  const chosen = chosenPython(env);
  if (chosen !== null) return chosen;
  const { python, mark } = environmentPaths(env);
  return existsSync(mark) ? python : pythonOnPath(env);
}

/**
 * A Python with every package that models/convert.py imports: the one that RIFF_PYTHON names, or an environment in Riff's
 * cache folder with pinned versions. An interrupted installation is continued by the next call.
 * Blocks while pip works. Throws UserError that names the alternatives.
 */
export function conversionPython(env: NodeJS.ProcessEnv, say: Say): string {
  const chosen = chosenPython(env);
  if (chosen !== null) return chosen;
  const { folder, python, mark } = environmentPaths(env);
  if (existsSync(mark)) return python;
  makePrivateFolder(dirname(folder));
  withLock(`${folder}.lock`, { say }, () => {
    if (existsSync(mark)) return;
    say(
      `Making the conversion's Python environment in ${folder}: 2 GB (8 where PyTorch's own index is out of reach), some minutes, only once …`,
    );
    createEnvironment(folder, python, env);
    installPackages(python, env);
    writeFileSync(mark, '');
  });
  return python;
}

/** The one that RIFF_PYTHON names; null: it names none. */
function chosenPython(env: NodeJS.ProcessEnv): string | null {
  return env.RIFF_PYTHON ? checkedPython(expandHome(env.RIFF_PYTHON, env)) : null;
}

/** `mark`: a file that is there when the environment is complete. */
function environmentPaths(env: NodeJS.ProcessEnv) {
  const folder = environmentFolder(env);
  const program = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];
  return { folder, python: join(folder, ...program), mark: join(folder, 'complete') };
}

/** The folder's name depends on the packages: other versions get another environment. */
export function environmentFolder(env: NodeJS.ProcessEnv): string {
  const key = createHash('sha256').update(conversionPackages().join('\n')).digest('hex').slice(0, 12);
  return join(riffCacheFolder(env), `conversion-${key}`);
}

function checkedPython(python: string): string {
  const question = `import importlib.util as u; print(' '.join(n for n in ${JSON.stringify(NEEDED)} if not u.find_spec(n)))`;
  const { status, stdout, stderr, error } = spawnSync(python, ['-c', question], { encoding: 'utf8' });
  const missing = status === 0 ? stdout.trim() : (error?.message ?? stderr.trim());
  if (status === 0 && missing === '') return python;
  throw new UserError(
    `RIFF_PYTHON: expected a Python with ${NEEDED.join(', ')}, got ${python}: ` +
      `${status === 0 ? `it lacks ${missing.replaceAll(' ', ', ')}` : missing}; ` +
      `run "${python} -m pip install ${conversionPackages().join(' ')}", or unset RIFF_PYTHON to let Riff make an environment`,
  );
}

function createEnvironment(folder: string, python: string, env: NodeJS.ProcessEnv): void {
  if (existsSync(python)) return;
  const base = pythonOnPath(env);
  const result = shown(base, ['-m', 'venv', folder], env);
  if (result.status === 0) return;
  throw new UserError(
    `conversion: expected "${base} -m venv" to work, it ended with ${result.status}; ` +
      'on Debian and Ubuntu run "apt install python3-venv"',
  );
}

function pythonOnPath(env: NodeJS.ProcessEnv): string {
  const base = PYTHONS.find((name) => spawnSync(name, ['-c', SUPPORTED], { env }).status === 0);
  if (base !== undefined) return base;
  throw new UserError(
    `conversion: expected Python 3.11 to 3.13 on the PATH, got none of ${PYTHONS.join(', ')}; install one, or ${WAYS_AROUND}`,
  );
}

function installPackages(python: string, env: NodeJS.ProcessEnv): void {
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--retries=2'];
  const torch = conversionPackages().find((name) => name.startsWith('torch=='));
  // If that index cannot be reached, the next command fetches PyPI's larger build.
  if (process.platform === 'linux' && torch) {
    shown(python, [...pip, '--timeout=15', `--index-url=${CPU_TORCH_INDEX}`, torch], env);
  }
  if (shown(python, [...pip, ...conversionPackages()], env).status === 0) return;
  throw new UserError(
    `conversion: expected pip to install the packages of ${PROJECT} (extra convert), it failed as shown above; check the connection or the proxy ` +
      `and start again (what is there is kept), or ${WAYS_AROUND}`,
  );
}

const WAYS_AROUND =
  'set RIFF_PYTHON to a Python that has the packages, or convert on another machine, copy the folder here and run ' +
  '"npm run model -- add ./folder"';

/** Shows the command's output on stderr, because stdout is for results. */
function shown(command: string, args: readonly string[], env: NodeJS.ProcessEnv): SpawnSyncReturns<Buffer> {
  return spawnSync(command, args, { env, stdio: ['ignore', 2, 2] });
}

/** The pinned packages of the extra `convert`. Reads only lists of plain strings, one a line; not TOML in general. */
export function conversionPackages(): readonly string[] {
  const list = /^convert = \[([^\]]*)\]/m.exec(readFileSync(PROJECT, 'utf8'))?.[1] ?? '';
  return [...list.matchAll(/^\s*"([^"]+)",\s*$/gm)].map(([, name = '']) => name);
}
