// @ts-check
/**
 * Runs before every npm script: a current Node, the packages of the lock file, and an OpenVINO that works. Silent when
 * nothing is missing. Runs on Node 20, before TypeScript or any package can be used.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureOpenVino } from './setup/openvino.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { SetupProblem, say } from './setup/steps.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

try {
  refuseOldNode();
  ensurePackages(root);
  // OPENVINO_LIB and OPENVINO_BINDING may stand in .env; its reader is a package.
  const { loadEnvFile } = await import('./system/env-file.mjs');
  loadEnvFile(join(root, '.env'));
  ensureOpenVino(root);
} catch (error) {
  const { message, stack } = /** @type {Error} */ (error);
  say((process.env.RIFF_DEBUG === '1' && stack) || message);
  process.exitCode = 1;
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 20)) return;
  throw new SetupProblem(
    `Node: expected 20.20 or later, got ${process.versions.node}; install a current one from https://nodejs.org`,
  );
}
