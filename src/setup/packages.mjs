// @ts-check
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { riffCacheFolder } from '../system/cache-folder.mjs';
import { withLock } from '../system/file-lock.mjs';
import { makePrivateFolder } from '../system/private-folder.mjs';
import { run, SetupProblem, say } from './steps.mjs';

const MAX_OUTPUT_LINES = 30;

/** Installs the packages of the lock file unless all are there. @param {string} root */
export function ensurePackages(root) {
  if (packagesMatchLock(root)) return;
  const cache = riffCacheFolder(process.env);
  makePrivateFolder(cache);
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  withLock(join(cache, `packages-${key}.lock`), { say }, () => {
    if (!packagesMatchLock(root)) installPackages(root);
  });
}

/** @param {string} root */
function installPackages(root) {
  say('Installing packages (npm ci), a minute or less …');
  let result = runNpm(root, 'ci');
  if (result.output.includes('EUSAGE')) {
    // Registries that carry only some platforms leave the others out of a lock file, and npm ci then refuses it.
    say('package-lock.json does not fit package.json on this registry; taking npm install …');
    result = runNpm(root, 'install', '--no-save');
  }
  if (result.succeeded) return;
  throw new SetupProblem(
    `${result.output.split('\n').slice(0, MAX_OUTPUT_LINES).join('\n')}\n` +
      'The packages could not be installed; above is what npm said. Check the connection or the proxy ' +
      '(npm config get proxy), then run "npm ci" and start again.',
  );
}

/**
 * @param {string} root
 * @param {string[]} args
 */
function runNpm(root, ...args) {
  const npm = npmCommand();
  const options = { cwd: root, shell: npm.shell };
  return run(npm.command, [...npm.args, ...args, '--no-audit', '--no-fund', '--loglevel=error'], options);
}

/**
 * Compares versions, not times: copies and checkouts change the times of files. Looks at the folders too, because npm's
 * own list knows nothing of one that was removed, or of a workspace whose link leads into another checkout.
 * @param {string} root
 */
function packagesMatchLock(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    const mayBeMissing = entry.optional || entry.devOptional || entry.peer;
    if (found === undefined) return mayBeMissing;
    return found.version === entry.version && (mayBeMissing || isThere(root, path, entry));
  });
}

/**
 * @param {string} root
 * @param {string} path
 * @param {Entry} entry
 */
function isThere(root, path, { link, resolved = '' }) {
  try {
    const real = realpathSync(join(root, path));
    return !link || real === realpathSync(join(root, resolved));
  } catch {
    return false;
  }
}

/**
 * @typedef {object} Entry
 * @property {string} [version]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [peer]
 * @property {boolean} [link] A workspace: node_modules holds a link to the folder `resolved`.
 * @property {string} [resolved]
 */

/**
 * @param {string} lockFile
 * @returns {Record<string, Entry> | undefined}
 */
function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm passes its own path to its scripts: the npm that the user called. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && basename(script) === 'npm-cli.js')
    return { command: process.execPath, args: [script], shell: false };
  const isWindows = process.platform === 'win32';
  return { command: isWindows ? 'npm.cmd' : 'npm', args: [], shell: isWindows };
}
