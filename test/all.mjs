// @ts-check
/**
 * `node test/all.mjs`: every test. The files of a folder share a process: to start one and to load the same modules again
 * costs more than most tests do.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** More than CI has cores: the tests of processes wait most of the time. */
const CONCURRENCY = 3;
/** Of a process, on a machine that is busy with other things: a run must not wait for ever for one that hangs. */
const MAX_PROCESS_MS = 20 * 60_000;

/** What files with a process of their own begin with: they take long, or change or measure their process. Longest first. */
const ALONE = [
  'test/reliability/bot',
  'test/cli/follow-ups',
  'test/store/postgres/machines',
  'test/render/pieces',
  'test/diffusion/pipeline-',
  'test/cli/generate',
  'test/audio/decode-sound',
  'test/audio/phase-pool',
  'test/reliability/',
  'test/store/processes/',
  'test/cli/backup',
  'test/cli/model/model-render',
  'test/cli/picture-to-sound',
  'test/models/',
  'test/openvino/c-api/',
  'test/openvino/contract/',
  'test/openvino/mapped-weights',
  'test/openvino/node-addon/',
  'test/engine/child-engine',
  'test/engine/memory-guard',
  'test/engine/parent-death',
  'test/e2e/start',
  'test/setup',
  'test/spectrogram/poster',
];

/** Folders whose files take longest together: they start before the others, so that the last process to end is a short one. */
const LONG = ['packages/local-discord/test', 'test/wire'];

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'riff-tests-'));
const env = {
  // Stripping types and compiling costs more than most tests, too.
  NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled-modules'),
  ...process.env,
  // What a killed process leaves behind goes with the folder.
  [process.platform === 'win32' ? 'TEMP' : 'TMPDIR']: folder,
};
const options = ['--test', `--test-concurrency=${CONCURRENCY}`, `--test-timeout=${MAX_PROCESS_MS}`];
const { status } = spawnSync(process.execPath, [...options, ...programs()], {
  cwd: root,
  stdio: 'inherit',
  env,
});
try {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
} catch {
  // A test that was killed may have left a small disk mounted there; the next one that mounts some takes it away.
}
process.exit(status ?? 1);

/** One for each process, which imports its test files. */
function programs() {
  const files = globSync(['test/**/*.test.ts', 'packages/*/test/**/*.test.ts'], { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort((a, b) => rankOf(a) - rankOf(b));
  const processes = Map.groupBy(files, (file) => (rankOf(file) < ALONE.length ? file : dirname(file)));
  return [...processes].map(([name, members], index) => {
    // The runner starts them in the order of their names.
    const program = join(folder, `${String(index).padStart(3, '0')}-${name.replaceAll('/', '_')}.mjs`);
    const imports = members.map(
      (file) => `import ${JSON.stringify(pathToFileURL(join(root, file)).href)};\n`,
    );
    writeFileSync(program, imports.join(''));
    return program;
  });
}

/** @param {string} file */
function rankOf(file) {
  const order = [...ALONE, ...LONG];
  const rank = order.findIndex((start) => file.startsWith(start));
  return rank < 0 ? order.length : rank;
}
