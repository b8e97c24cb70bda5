// @ts-check
/** Helpers shared by the steps of setup.mjs. */
import { spawnSync } from 'node:child_process';

/** A problem whose message says everything; no stack trace is printed. */
export class SetupProblem extends Error {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} options
 */
export function run(command, args, options) {
  const result = spawnSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const output = result.error?.message ?? `${result.stdout}${result.stderr}`.trim();
  return { succeeded: result.status === 0, output };
}

/** On stderr: stdout belongs to the command that comes next. @param {string} text */
export function say(text) {
  process.stderr.write(`${text}\n`);
}
