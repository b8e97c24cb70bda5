import { spawnSync } from 'node:child_process';
import { lstatSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `node test/openvino/stand-in/run.ts [COMMAND …]`: runs the command, npm test by default, with the stand-in as the
 * installed openvino-node. Needs OpenVINO's C library; refuses where the genuine package is installed.
 */
const STAND_IN = fileURLToPath(new URL('.', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../../../node_modules/openvino-node', import.meta.url));

const found = lstatSync(PACKAGE, { throwIfNoEntry: false });
if (found && !found.isSymbolicLink()) {
  console.error(`${PACKAGE}: expected nothing there, found the genuine package; run npm test itself`);
  process.exit(1);
}
rmSync(PACKAGE, { force: true });
symlinkSync(STAND_IN, PACKAGE, 'junction');
// Ctrl-C reaches the command, too; the link is removed after it.
process.on('SIGINT', () => {});
try {
  const [command = 'npm', ...args] = process.argv.length > 2 ? process.argv.slice(2) : ['npm', 'test'];
  process.exitCode = spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
} finally {
  rmSync(PACKAGE, { force: true });
}
