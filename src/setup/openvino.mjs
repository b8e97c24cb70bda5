// @ts-check
/** Finds an OpenVINO on the machine that opens, or fetches the wheel. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, locateLibraries, OPENVINO_VERSION } from '../openvino/locate.mjs';
import { probeBinding } from '../openvino/probe-binding.mjs';
import { withLock } from '../system/file-lock.mjs';
import { makePrivateFolder } from '../system/private-folder.mjs';
import { run, SetupProblem, say } from './steps.mjs';

/** The npm scripts that work without OpenVINO. */
const SCRIPTS_WITHOUT_OPENVINO = ['preregister', 'preriff', 'pretest'];

const WHEEL = fileURLToPath(new URL('../openvino/openvino-wheel.txt', import.meta.url));
const WHEEL_PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'];
const WHEEL_PLATFORM_WORDS =
  'Linux on x64 (glibc 2.28 or later) and arm64 (2.35 or later), macOS on arm64, Windows on x64';

const OTHER_WHEEL =
  'the wheel that came is not the one that PyPI published: its SHA-256 differs; look at PIP_INDEX_URL and the proxy';

const WAY_BACK = 'set OPENVINO_BINDING=c-api in .env, or remove node_modules/openvino-node';

/** Makes sure that a binding opens, not only that its file exists. @param {string} root */
export function ensureOpenVino(root) {
  const problem = openVinoProblem(root);
  if (problem === undefined) return;
  if (!SCRIPTS_WITHOUT_OPENVINO.includes(process.env.npm_lifecycle_event ?? ''))
    throw new SetupProblem(problem);
  say(problem);
}

/**
 * @param {string} root
 * @returns {string | undefined} What is wrong, and how to fix it.
 */
function openVinoProblem(root) {
  const wanted = process.env.OPENVINO_BINDING;
  const addon = wanted === 'c-api' ? undefined : probeAddon(root);
  if (addon?.kind === 'opened') return undefined;
  if (addon?.kind === 'crashed') {
    return `openvino-node is installed, but ${addon.reason}. Riff would try it first: ${WAY_BACK}; then start again.`;
  }
  if (wanted === 'openvino-node') {
    const reason = addon?.reason ?? 'that package is not installed';
    return `OPENVINO_BINDING is openvino-node, but ${reason}. Set it to c-api, or leave it empty for the first that opens.`;
  }
  if (libraryReason() === undefined) return undefined;
  if (addon !== undefined) say(`openvino-node is installed, but does not open: ${addon.reason}.`);
  return process.env.OPENVINO_LIB ? wrongLibraryMessage() : fetchOpenVino();
}

/** @param {string} root */
function probeAddon(root) {
  return existsSync(join(root, 'node_modules', 'openvino-node')) ? probe('openvino-node') : undefined;
}

/** @returns {string | undefined} Why the C library does not work; undefined when it does. */
function libraryReason() {
  if (locateLibraries(process.env).usable.length === 0) return 'none was found';
  const seen = probe('c-api');
  return seen.kind === 'opened' ? undefined : seen.reason;
}

/**
 * Opens a binding and runs a tiny graph on it.
 * @param {import('../config.ts').Binding} binding
 */
function probe(binding) {
  const seen = probeBinding({ binding, library: process.env.OPENVINO_LIB || null, device: 'CPU' });
  const inference = seen.kind === 'opened' ? seen.report.inference : null;
  if (inference === null || !('problem' in inference)) return seen;
  return /** @type {const} */ ({ kind: 'absent', reason: inference.problem });
}

function wrongLibraryMessage() {
  const { refused } = locateLibraries(process.env);
  const found =
    refused.length > 0
      ? `holds ${refused.map(({ version }) => `OpenVINO ${version}`).join(', ')}`
      : `does not work: ${libraryReason()}`;
  return (
    `OPENVINO_LIB: expected libopenvino_c of OpenVINO 2026.4 or later, or its folder, got ${process.env.OPENVINO_LIB}, which ` +
    `${found}; correct it, or unset it to let Riff fetch OpenVINO`
  );
}

/** @returns {string | undefined} What went wrong, and how to fix it. */
function fetchOpenVino() {
  const platform = `${process.platform}-${process.arch}`;
  if (!WHEEL_PLATFORMS.includes(platform)) {
    return missingMessage([`there is no wheel for ${platform}, only for ${WHEEL_PLATFORM_WORDS}`]);
  }
  const folder = cacheFolder(process.env);
  makePrivateFolder(dirname(folder));
  return withLock(`${folder}.lock`, { say }, () => {
    if (isFetched(folder)) return fetchedMessage(folder);
    say(`Fetching OpenVINO ${OPENVINO_VERSION} (about 60 MB) into ${folder} …`);
    const partial = `${folder}.partial`;
    const failures = installWheel(partial);
    if (!isFetched(partial)) {
      rmSync(partial, { recursive: true, force: true });
      return missingMessage(failures);
    }
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return fetchedMessage(folder);
  });
}

/** @param {string} folder */
function isFetched(folder) {
  return locateLibraries({ OPENVINO_LIB: folder }).usable.length > 0;
}

/** @param {string} folder @returns {string | undefined} */
function fetchedMessage(folder) {
  const reason = libraryReason();
  if (reason === undefined) return undefined;
  return [
    `OpenVINO ${OPENVINO_VERSION} is in ${folder}, but does not work here: ${reason}.`,
    ...fixes(`remove ${folder} and start again, in case its files are damaged`),
  ].join('\n');
}

/**
 * Unpacks the wheel with the first pip that can. The wheel's Python version does not matter: only its C library is used.
 * @param {string} target Emptied first, in case an earlier run was interrupted.
 * @returns {string[]} What each failing Python said.
 */
function installWheel(target) {
  const options = ['--no-deps', '--no-compile', '--only-binary=:all:', '--python-version=3.12', '--quiet'];
  const patience = ['--disable-pip-version-check', '--no-input', '--retries=2', '--timeout=30'];
  const wheel = ['--target', target, '--require-hashes', '-r', WHEEL];
  const args = ['-m', 'pip', 'install', ...options, ...patience, ...wheel];
  // A user's pip settings may ask for --user or for a virtual environment; neither fits --target.
  const env = { ...process.env, PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0' };
  const failures = [];
  for (const python of process.platform === 'win32' ? ['py', 'python', 'python3'] : ['python3', 'python']) {
    rmSync(target, { recursive: true, force: true });
    const result = run(python, args, { env });
    if (result.succeeded) return [];
    const isOther = result.output.includes('DO NOT MATCH THE HASHES');
    failures.push(`${python}: ${isOther ? OTHER_WHEEL : essence(result.output)}`);
  }
  return failures;
}

/** @param {readonly string[]} failures */
function missingMessage(failures) {
  return [
    'Riff needs OpenVINO 2026.4 or later, and it could not be fetched with pip:',
    ...failures.map((failure) => `  ${failure}`),
    ...fixes(
      `there are wheels for ${WHEEL_PLATFORM_WORDS}: there, install Python 3 with pip (Debian, Ubuntu: apt install python3-pip) and a connection, then start again`,
    ),
  ].join('\n');
}

/** @param {string} first */
function fixes(first) {
  return [
    'To fix it, do one of these:',
    `  - ${first}`,
    `  - without a connection: copy the openvino ${OPENVINO_VERSION} wheel here, unpack it, and set OPENVINO_LIB to its openvino/libs folder`,
    '  - install OpenVINO another way (https://docs.openvino.ai) and set OPENVINO_LIB to libopenvino_c or its folder',
  ];
}

/**
 * The last error of pip's output, without its retries.
 * @param {string} output
 */
function essence(output) {
  const lines = output.split('\n').filter((line) => !line.trimStart().startsWith('WARNING: Retrying'));
  return lines.slice(-4).join('\n  ');
}
