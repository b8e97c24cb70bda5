// @ts-check
/** The one reader of .env: for the bot, the command line, doctor and setup.mjs, which runs on Node 20. */
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { parse } from 'dotenv';

/** A byte order mark and what it says; texts without one are UTF-8, or show by their zeros what they are. */
const MARKS = /** @type {const} */ ([
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]);

/**
 * Puts the file's variables into the environment; those that are set already win. A missing file counts as empty.
 * Throws with a sentence for a file that cannot be read as text.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function loadEnvFile(file, environment = process.env) {
  loadEnvText(readEnvText(file), environment);
}

/**
 * The same for the text of such a file.
 * @param {string} text
 * @param {NodeJS.ProcessEnv} environment
 */
export function loadEnvText(text, environment) {
  for (const [name, value] of Object.entries(parseEnvText(text))) environment[name] ??= value;
}

/**
 * The file's variables. Throws as readEnvText() does.
 * @param {string} file
 */
export function readEnvFile(file) {
  return parseEnvText(readEnvText(file));
}

/**
 * The variables of such a text.
 * @param {string} text
 * @returns {Record<string, string | undefined>}
 */
export function parseEnvText(text) {
  return parse(text);
}

/**
 * The text of the file without its byte order mark; '' where there is none.
 * Throws with a sentence for a folder, a link to nothing, a pipe or device, a file that may not be read, and bytes that
 * are not text.
 * @param {string} file
 */
export function readEnvText(file) {
  const bytes = readBytes(file);
  const [encoding, mark] = MARKS.find(([, start]) => start.every((byte, at) => bytes[at] === byte)) ?? [
    encodingOf(bytes),
    [],
  ];
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(mark.length));
    if (!text.includes('\0')) return text;
  } catch {
    // Reported below.
  }
  throw new Error(`${file}: expected UTF-8 text, got other bytes; save it as UTF-8`);
}

/** @type {Readonly<Record<string, string>>} */
const FINDINGS = {
  NO_FILE: 'a pipe, a device or a socket',
  ENOENT: 'a link to nothing',
  EISDIR: 'a folder',
  EACCES: 'one that may not be read',
};

/** @param {string} file */
function readBytes(file) {
  try {
    const found = statSync(file);
    // Reading a pipe waits until somebody writes into it.
    if (!found.isFile() && !found.isDirectory()) throw Object.assign(new Error(), { code: 'NO_FILE' });
    return readFileSync(file);
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT' && lstatSync(file, { throwIfNoEntry: false }) === undefined) return Buffer.alloc(0);
    const found = FINDINGS[code ?? ''] ?? message;
    throw new Error(`${file}: expected a text file, got ${found}; fix or remove it`);
  }
}

/**
 * Settings begin with an ASCII letter, "#" or a blank: half of its two bytes in UTF-16 is zero.
 * @param {Buffer} bytes
 */
function encodingOf(bytes) {
  if (bytes[1] === 0 && bytes[0] !== 0) return 'utf-16le';
  return bytes[0] === 0 && bytes[1] !== 0 ? 'utf-16be' : 'utf-8';
}
