// @ts-check
/**
 * Finds OpenVINO's C library. Plain JavaScript, because setup.mjs needs it on Node 20 before anything is installed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { expandHome, homeOf, riffCacheFolder } from '../system/cache-folder.mjs';

/** The release that setup.mjs fetches. */
export const OPENVINO_VERSION = '2026.4.1';

/**
 * @typedef {object} Library
 * @property {string} path
 * @property {string | undefined} version From the file's name, "2026.4.1"; undefined if the name has none.
 *
 * @typedef {object} Search
 * @property {readonly Library[]} usable In the order in which they should be tried.
 * @property {readonly Library[]} refused Those whose name shows an unsupported release.
 * @property {readonly string[]} searched The folders that exist and were looked into.
 *
 * @typedef {object} Machine
 * @property {NodeJS.Platform} [platform]
 * @property {string} [home]
 * @property {() => string | undefined} [pythonPackage] The folder of Python's openvino package; asked last.
 */

/**
 * True for 2026.4 and later releases of 2026: older ones lack functions, and other majors may number the element
 * types differently.
 * @param {string} version "2026.4.1-22982-…"
 */
export function supportedVersion(version) {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return major === '2026' && Number(minor) >= 4;
}

/**
 * Where Riff keeps the OpenVINO that it fetched itself.
 * @param {NodeJS.ProcessEnv} env
 * @param {Machine} [machine]
 */
export function cacheFolder(env, machine) {
  return join(riffCacheFolder(env, machine), `openvino-${OPENVINO_VERSION}`);
}

/**
 * Every OpenVINO C library on this machine. OPENVINO_LIB (a file or a folder) rules out all others.
 * @param {NodeJS.ProcessEnv} env
 * @param {Machine} [machine]
 * @returns {Search}
 */
export function locateLibraries(env, machine = {}) {
  const { platform = process.platform, home = homeOf(env), pythonPackage = askPython } = machine;
  if (env.OPENVINO_LIB) return sortOut(under(expandHome(env.OPENVINO_LIB, env)), platform);
  const known = [
    ...pythonFolders(env.VIRTUAL_ENV),
    ...under(cacheFolder(env, { platform, home })),
    ...(env.INTEL_OPENVINO_DIR ? under(env.INTEL_OPENVINO_DIR) : []),
    ...installFolders(env, platform),
  ];
  const search = sortOut(known, platform);
  if (search.usable.length > 0) return search;
  const python = pythonPackage();
  return python === undefined ? search : sortOut([...known, join(python, 'libs')], platform);
}

/**
 * The folders of an installation, an unpacked archive or a wheel that may hold the library; the root itself first.
 * @param {string} root
 */
function under(root) {
  const inside = ['openvino/libs', 'libs', 'lib', 'runtime/lib/intel64', 'runtime/lib/aarch64'];
  const others = ['runtime/lib/arm64/Release', 'runtime/bin/intel64/Release', 'runtime/lib/intel64/Release'];
  return [root, ...[...inside, ...others].map((folder) => join(root, folder))];
}

/** @param {string | undefined} environment */
function pythonFolders(environment) {
  if (!environment) return [];
  const versions = entries(join(environment, 'lib')).filter((name) => name.startsWith('python'));
  return [
    ...versions.map((name) => join(environment, 'lib', name, 'site-packages', 'openvino', 'libs')),
    join(environment, 'Lib', 'site-packages', 'openvino', 'libs'),
  ];
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {NodeJS.Platform} platform
 */
function installFolders(env, platform) {
  if (platform === 'win32') {
    const roots = [env.ProgramFiles, env['ProgramFiles(x86)']].filter((root) => root !== undefined);
    return [...roots.flatMap((root) => openvinoFolders(join(root, 'Intel'))), ...pathList(env.PATH)];
  }
  if (platform === 'darwin') {
    const homebrew = ['/opt/homebrew/lib', '/opt/homebrew/opt/openvino/lib', '/usr/local/lib'];
    return [...homebrew, ...openvinoFolders('/opt/intel'), ...pathList(env.DYLD_LIBRARY_PATH)];
  }
  const system = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return [...pathList(env.LD_LIBRARY_PATH), ...openvinoFolders('/opt/intel'), ...system];
}

/**
 * openvino, openvino_2026, openvino_2026.4.1 …; the newest first.
 * @param {string} parent
 */
function openvinoFolders(parent) {
  const names = entries(parent).filter((name) => name.startsWith('openvino'));
  return names
    .sort()
    .reverse()
    .flatMap((name) => under(join(parent, name)));
}

/** @param {string | undefined} list */
function pathList(list) {
  return (list ?? '').split(delimiter).filter((folder) => folder !== '');
}

/**
 * @param {readonly string[]} places Folders, or the library file itself.
 * @param {NodeJS.Platform} platform
 * @returns {Search}
 */
function sortOut(places, platform) {
  const existing = [...new Set(places)].filter((place) => existsSync(place));
  /** @type {Map<string, Library>} */
  const libraries = new Map();
  for (const place of existing) {
    const path = statSync(place).isFile() ? place : libraryIn(place, platform);
    if (path === undefined) continue;
    const real = realpathSync(path);
    if (!libraries.has(real)) libraries.set(real, { path: real, version: versionInName(basename(real)) });
  }
  const isUsable = (/** @type {Library} */ { version }) => version === undefined || supportedVersion(version);
  const found = [...libraries.values()];
  return {
    usable: found.filter(isUsable),
    refused: found.filter((library) => !isUsable(library)),
    searched: existing,
  };
}

/**
 * @param {string} folder
 * @param {NodeJS.Platform} platform
 */
function libraryIn(folder, platform) {
  /** @type {Partial<Record<NodeJS.Platform, RegExp>>} */
  const patterns = { win32: /^openvino_c\.dll$/i, darwin: /^libopenvino_c(\.\d+)*\.dylib$/ };
  const pattern = patterns[platform] ?? /^libopenvino_c\.so(\.\d+)*$/;
  const name = entries(folder)
    .filter((entry) => pattern.test(entry) && isFile(join(folder, entry)))
    .sort()
    .at(-1);
  return name === undefined ? undefined : join(folder, name);
}

/**
 * libopenvino_c.so.2641 and libopenvino_c.so.2026.4.1 are both 2026.4.1.
 * @param {string} name
 */
function versionInName(name) {
  const long = /\.(20\d\d\.\d+\.\d+)/.exec(name);
  if (long) return long[1];
  const short = /\.(\d\d)(\d)(\d)(\.dylib)?$/.exec(name);
  return short ? `20${short[1]}.${short[2]}.${short[3]}` : undefined;
}

/** True also for a link to a file. Loading a pipe would wait for ever. @param {string} path */
function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** @param {string} folder */
function entries(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The folder of the openvino package of the Python on the PATH; undefined if there is none. */
function askPython() {
  const question =
    "import importlib.util as u; s = u.find_spec('openvino'); print(s.submodule_search_locations[0] if s else '')";
  for (const python of process.platform === 'win32' ? ['python', 'py'] : ['python3', 'python']) {
    const answer = spawnSync(python, ['-c', question], { encoding: 'utf8', timeout: 5000 });
    if (answer.status === 0 && answer.stdout.trim() !== '') return answer.stdout.trim();
  }
  return undefined;
}
