// @ts-check
/** Opens a binding in a child process. Plain JavaScript, because setup.mjs needs it on Node 20. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ binding: import('../config.ts').Binding, library: string | null } &
 *   import('./inspect-binding.ts').InspectOptions} ProbeRequest
 *
 * @typedef {{ kind: 'opened', report: import('./inspect-binding.ts').BindingReport }
 *   | { kind: 'absent', reason: string }
 *   | { kind: 'crashed', reason: string }} Probe The child's report, or how it ended without one.
 */

const CHILD = fileURLToPath(new URL('./binding-child.ts', import.meta.url));

/** Opening a graphics card for the first time may take a minute. */
const TIMEOUT_MS = 120_000;

/**
 * Never throws: the result also says that the child crashed, did not answer or could not be started.
 * @param {ProbeRequest} request
 * @param {NodeJS.ProcessEnv} [env]
 * @param {number} [timeoutMs]
 * @returns {Probe}
 */
export function probeBinding(request, env = process.env, timeoutMs = TIMEOUT_MS) {
  const { error, signal, status, stdout, stderr } = spawnSync(
    projectNode(),
    ['--disable-warning=ExperimentalWarning', CHILD, JSON.stringify(request)],
    { env, encoding: 'utf8', timeout: timeoutMs, killSignal: 'SIGKILL' },
  );
  if (/** @type {NodeJS.ErrnoException | undefined} */ (error)?.code === 'ETIMEDOUT') {
    return { kind: 'crashed', reason: `it did not answer within ${timeoutMs / 1000} s` };
  }
  if (error) return { kind: 'absent', reason: error.message };
  const told = lastLine(stdout);
  if (told.startsWith('{')) return JSON.parse(told);
  const words = lastLine(stderr);
  const how = `${signal ?? `exit code ${status}`}${words === '' ? '' : `, ${words}`}`;
  return { kind: 'crashed', reason: `it ends the process that loads it (${how})` };
}

/** The Node that Riff runs on: the one among its packages, if it is installed. */
function projectNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const installed = fileURLToPath(new URL(`../../node_modules/node/bin/${name}`, import.meta.url));
  return existsSync(installed) ? installed : process.execPath;
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
