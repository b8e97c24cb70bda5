import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

/** What the Dockerfile copies of the sources before it runs `src/setup.mjs`. */
export const SETUP_SOURCES = copiedSources();

/** The packages that a binding is opened with. */
export const SETUP_PACKAGES = ['koffi', 'dotenv', 'zod'];

/** How an installed openvino-node may be: its JavaScript is there, what it loads is not as it should be. */
export type PackageState = 'no bin' | 'garbage' | 'crashes' | 'hangs' | 'too old' | 'no addon';

const PACKAGES: Readonly<Record<PackageState, string>> = {
  'no bin': "exports.addon = require('../bin/ov_node_addon.node');",
  garbage: "exports.addon = require('../bin/ov_node_addon.node');",
  crashes: "process.kill(process.pid, 'SIGSEGV');",
  hangs: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
  'too old': 'exports.addon = { Core: class {}, Tensor: class {} };',
  'no addon': 'exports.addon = {};',
};

function copiedSources(): readonly string[] {
  const dockerfile = readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8');
  const [before = '', rest] = dockerfile.split('RUN mkdir -p /opt/cache && node src/setup.mjs');
  if (rest === undefined) throw new Error('Dockerfile: expected a line that runs src/setup.mjs, got none');
  const copied = [...before.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '));
  return copied.filter((name) => name.startsWith('src/'));
}

/** A folder with the sources of set-up and packages of one's own; removed after the file's tests. */
export function makeCheckout(): string {
  const root = mkdtempSync(join(tmpdir(), 'riff-checkout-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  for (const source of SETUP_SOURCES)
    cpSync(join(REPOSITORY, source), join(root, source), { recursive: true });
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  return root;
}

export function linkPackage(root: string, name: string): void {
  symlinkSync(join(REPOSITORY, 'node_modules', name), join(root, 'node_modules', name), 'junction');
}

/** Installs openvino-node as the vendor publishes it, in a state that a machine may find it in. */
export function installAddon(root: string, state: PackageState): void {
  const folder = join(root, 'node_modules', 'openvino-node');
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'package.json',
    JSON.stringify({ name: 'openvino-node', version: '2026.4.0', main: './dist/index.js' }),
  );
  write('dist/index.js', PACKAGES[state]);
  if (state === 'garbage') write('bin/ov_node_addon.node', 'x');
}
