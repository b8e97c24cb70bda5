// @ts-check
/** Plain JavaScript, because setup.mjs needs it on Node 20. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Riff's folder in the user's cache folder: for everything that can be fetched or made again.
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {{ platform?: NodeJS.Platform, home?: string }} [machine]
 */
export function riffCacheFolder(env, { platform = process.platform, home = homeOf(env) } = {}) {
  return join(cacheRoot(env, platform, home), 'riff');
}

/**
 * Where Riff keeps what OpenVINO compiled.
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function modelCacheFolder(env) {
  return join(riffCacheFolder(env), 'compiled');
}

/**
 * The path with the user's home folder in place of a "~" at its start: in .env no shell replaces it.
 * @param {string} path
 * @param {Readonly<Record<string, string | undefined>>} [env]
 */
export function expandHome(path, env = process.env) {
  return path.replace(/^~(?=[\\/]|$)/, () => homeOf(env));
}

/**
 * A path that a user typed, made absolute.
 * @param {string} base where it is relative to
 * @param {string} path
 */
export function typedPath(base, path) {
  return resolve(base, expandHome(path));
}

/** @param {Readonly<Record<string, string | undefined>>} env */
export function homeOf(env) {
  return env.HOME || env.USERPROFILE || homedir();
}

/**
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {NodeJS.Platform} platform
 * @param {string} home
 */
function cacheRoot(env, platform, home) {
  if (env.XDG_CACHE_HOME) return expandHome(env.XDG_CACHE_HOME, env);
  if (platform === 'darwin') return join(home, 'Library', 'Caches');
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(home, 'AppData', 'Local');
  return join(home, '.cache');
}
