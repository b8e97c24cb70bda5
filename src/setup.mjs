// @ts-check
/**
 * Gets everything ready before npm start, test, riff, bench and register: the packages of the lock file, and an
 * OpenVINO. Silent when nothing is missing. Runs on Node 20, before TypeScript or any package can be used.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, locateLibraries, OPENVINO_VERSION } from './openvino/locate.mjs';
import { withLock } from './setup-lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What these scripts do can be done, or explained, without OpenVINO. */
const SCRIPTS_WITHOUT_OPENVINO = ['preregister', 'preriff', 'pretest'];

const MAX_OUTPUT_LINES = 30;

/** A problem that is told in full by its message. */
class SetupProblem extends Error {}

main();

function main() {
  try {
    refuseOldNode();
    readEnvFile();
    ensurePackages();
    ensureOpenVino();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    say(error.message);
    process.exitCode = 1;
  }
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 20)) return;
  throw new SetupProblem(
    `Expected Node 20.20 or later, but this is ${process.versions.node}. Install a current Node from https://nodejs.org.`,
  );
}

/** OPENVINO_LIB and OPENVINO_BINDING may stand in .env. */
function readEnvFile() {
  const file = join(root, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

function ensurePackages() {
  if (packagesMatchLock()) return;
  const lock = join(
    tmpdir(),
    `riff-setup-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`,
  );
  withLock(lock, say, () => {
    if (packagesMatchLock()) return;
    say('Installing packages (npm ci), a minute or less …');
    let result = runNpm('ci');
    if (result.output.includes('EUSAGE')) {
      // Registries that carry only some platforms leave the others out of a lock file, and npm ci then refuses it.
      say('package-lock.json does not fit package.json on this registry; taking npm install …');
      result = runNpm('install', '--no-save');
    }
    if (result.succeeded) return;
    throw new SetupProblem(
      `${result.output.split('\n').slice(0, MAX_OUTPUT_LINES).join('\n')}\n` +
        'The packages could not be installed; above is what npm said. Check the connection or the proxy ' +
        '(npm config get proxy), then run "npm ci" and start again.',
    );
  });
}

/** @param {string[]} args */
function runNpm(...args) {
  const npm = npmCommand();
  const options = { cwd: root, shell: npm.shell };
  return run(npm.command, [...npm.args, ...args, '--no-audit', '--no-fund', '--loglevel=error'], options);
}

/** Compares versions, not times: copies and checkouts change the times of files. */
function packagesMatchLock() {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    const mayBeMissing = entry.optional || entry.devOptional || entry.peer;
    return found === undefined ? mayBeMissing : found.version === entry.version;
  });
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }> | undefined}
 */
function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** npm tells its scripts where it is; that is the npm the person called. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && basename(script) === 'npm-cli.js')
    return { command: process.execPath, args: [script], shell: false };
  const isWindows = process.platform === 'win32';
  return { command: isWindows ? 'npm.cmd' : 'npm', args: [], shell: isWindows };
}

function ensureOpenVino() {
  if (hasAddon() || hasLibrary()) return;
  const problem = process.env.OPENVINO_LIB ? wrongLibraryMessage() : fetchOpenVino();
  if (problem === undefined) return;
  if (!SCRIPTS_WITHOUT_OPENVINO.includes(process.env.npm_lifecycle_event ?? ''))
    throw new SetupProblem(problem);
  say(problem);
}

function hasAddon() {
  if (process.env.OPENVINO_BINDING === 'c-api') return false;
  return existsSync(join(root, 'node_modules', 'openvino-node', 'bin', 'ov_node_addon.node'));
}

/** A library whose name does not tell its release counts only where names never do, or where a person chose it. */
function hasLibrary() {
  const trusted = process.platform === 'win32' || Boolean(process.env.OPENVINO_LIB);
  return locateLibraries(process.env).usable.some(({ version }) => trusted || version !== undefined);
}

function wrongLibraryMessage() {
  const { refused } = locateLibraries(process.env);
  const found =
    refused.length > 0 ? refused.map(({ version }) => `OpenVINO ${version}`).join(', ') : 'nothing usable';
  return (
    `Expected OPENVINO_LIB to be libopenvino_c of OpenVINO 2026.4 or later, or its folder, but ` +
    `${process.env.OPENVINO_LIB} holds ${found}. Correct it, or unset it to let Riff fetch OpenVINO.`
  );
}

/** @returns {string | undefined} What went wrong and the ways out. */
function fetchOpenVino() {
  const folder = cacheFolder(process.env);
  try {
    mkdirSync(dirname(folder), { recursive: true });
  } catch (error) {
    return `Expected to write into ${dirname(folder)}, but: ${/** @type {Error} */ (error).message}. Set XDG_CACHE_HOME.`;
  }
  return withLock(`${folder}.lock`, say, () => {
    if (hasLibrary()) return undefined;
    say(`Fetching OpenVINO ${OPENVINO_VERSION} (about 60 MB) into ${folder} …`);
    const partial = `${folder}.partial`;
    const failures = installWheel(partial);
    if (locateLibraries({ OPENVINO_LIB: partial }).usable.length === 0) {
      rmSync(partial, { recursive: true, force: true });
      return missingMessage(failures);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return undefined;
  });
}

/**
 * Unpacks the wheel with the first pip that can. The wheel's Python version does not matter: only its C library is used.
 * @param {string} target Emptied first, in case an earlier run was interrupted.
 * @returns {string[]} What each failing Python said.
 */
function installWheel(target) {
  const options = ['--no-deps', '--no-compile', '--only-binary=:all:', '--python-version=3.12', '--quiet'];
  const patience = ['--disable-pip-version-check', '--no-input', '--retries=2', '--timeout=30'];
  const args = [
    '-m',
    'pip',
    'install',
    ...options,
    ...patience,
    '--target',
    target,
    `openvino==${OPENVINO_VERSION}`,
  ];
  // A person's pip settings may ask for --user or for a virtual environment; neither fits --target.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  const failures = [];
  for (const python of process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python']) {
    rmSync(target, { recursive: true, force: true });
    const result = run(python, args, { env });
    if (result.succeeded) return [];
    failures.push(`${python}: ${essence(result.output)}`);
  }
  return failures;
}

/** @param {readonly string[]} failures */
function missingMessage(failures) {
  return [
    'Riff needs OpenVINO 2026.4 or later, and it could not be fetched with pip:',
    ...failures.map((failure) => `  ${failure}`),
    'Ways out, any one of them:',
    '  - install Python 3 with pip (Debian, Ubuntu: apt install python3-pip) and a connection, then start again',
    `  - without a connection: copy the openvino ${OPENVINO_VERSION} wheel here, unpack it, and set OPENVINO_LIB to its openvino/libs folder`,
    '  - install OpenVINO another way (https://docs.openvino.ai) and set OPENVINO_LIB to libopenvino_c or its folder',
  ].join('\n');
}

/**
 * What pip complains about in the end, without its retries.
 * @param {string} output
 */
function essence(output) {
  const lines = output.split('\n').filter((line) => !line.trimStart().startsWith('WARNING: Retrying'));
  return lines.slice(-4).join('\n  ');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 */
function run(command, args, options) {
  const result = spawnSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const output = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  return { succeeded: result.status === 0, output };
}

/** On stderr: stdout belongs to the command that comes next. @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}
