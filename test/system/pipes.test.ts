/** A pipe in the place of a file is told, not waited for: nobody writes into it. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { diagnose } from '../../src/cli/doctor/doctor.ts';
import { readIr } from '../../src/diffusion/model-folder/ir-file.ts';
import { readModelFolder } from '../../src/diffusion/model-folder/model-folder.ts';
import { checkResult } from '../../src/engine/result-files.ts';
import { RiffError } from '../../src/errors.ts';
import { installedModels } from '../../src/model-library/installed-models.ts';
import { MODELS_FOLDER } from '../../src/model-library/locate-model.ts';
import { assertNoSpecialFiles } from '../../src/model-library/stray-links.ts';
import { locateLibraries } from '../../src/openvino/locate.mjs';
import type { Runtime } from '../../src/openvino/runtime.ts';
import { ResultFolder } from '../../src/store/result-folder.ts';
import { STEP_MODEL } from '../openvino/tiny-models.ts';

const TIMEOUT_MS = 30_000;

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-pipe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function makePipe(t: TestContext, path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
  t.after(() => release(path));
  return path;
}

/** Ends the wait of a reader that should not have been there. */
function release(path: string): void {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // No reader waits.
  }
}

/** A file is refused before OpenVINO reads it. */
const NO_RUNTIME = { readPorts: async () => assert.fail('the file reached OpenVINO') } as unknown as Runtime;

const says = (pattern: RegExp) => (error: unknown) => error instanceof Error && pattern.test(error.message);

describe('a pipe', { skip: process.platform === 'win32' && 'Windows has none', timeout: TIMEOUT_MS }, () => {
  test('as .env, and as the lock of the set-up', (t) => {
    const folder = temporaryFolder(t);
    const pipe = makePipe(t, join(folder, '.env'));
    const run = (program: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', program, pipe], {
        encoding: 'utf8',
        timeout: TIMEOUT_MS,
      });
    const read = run(`import { loadEnvironment } from './src/config.ts'; loadEnvironment(process.argv[1]);`);
    assert.match(
      read.stderr,
      /\.env: expected a text file, got a pipe, a device or a socket; fix or remove it/,
    );
    const lock = `import { withLock } from './src/system/file-lock.mjs';
      withLock(process.argv[1], { say: () => {} }, () => console.log('held'));`;
    assert.equal(run(lock).stdout, 'held\n');
  });

  for (const name of [
    'model_index.json',
    'scheduler/scheduler_config.json',
    'tokenizer/tokenizer_config.json',
  ]) {
    test(`as ${name} of a model`, async (t) => {
      const folder = join(temporaryFolder(t), 'model');
      cpSync(join(MODELS_FOLDER, 'riff-mini'), folder, { recursive: true });
      makePipe(t, join(folder, name));
      await assert.rejects(readModelFolder(NO_RUNTIME, folder), says(/ordinary file/));
    });
  }

  test('as a graph or as its weights', async (t) => {
    const folder = temporaryFolder(t);
    const xml = makePipe(t, join(folder, 'unet/openvino_model.xml'));
    await assert.rejects(readIr(NO_RUNTIME, folder, 'unet'), says(/openvino_model\.xml: .*ordinary file/));
    makePipe(t, join(folder, 'model_index.json'));
    assert.deepEqual(
      await installedModels(dirname(folder)).then((all) => all.filter((m) => m.folder === folder)),
      [],
    );
    rmSync(xml);
    writeFileSync(xml, STEP_MODEL);
    makePipe(t, join(folder, 'unet/openvino_model.bin'));
    await assert.rejects(readIr(NO_RUNTIME, folder, 'unet'), says(/openvino_model\.bin: .*ordinary file/));
  });

  test('in the list of models and in doctor', async (t) => {
    const folder = join(temporaryFolder(t), 'models');
    cpSync(join(MODELS_FOLDER, 'riff-mini'), join(folder, 'mine'), { recursive: true });
    const xml = makePipe(t, join(folder, 'mine/unet/openvino_model.xml'));
    makePipe(t, join(folder, 'mine/manifest.json'));
    const [listed] = await installedModels(folder);
    assert.equal(listed?.state.kind, 'damaged');
    assert.equal(listed?.precision, 'none');
    const asked: string[] = [];
    const findings = await diagnose({
      env: { DATA_DIR: folder },
      modelsFolder: folder,
      tryPort: async () => {},
      probe: ({ graphs = [] }) => {
        asked.push(...graphs);
        return { kind: 'absent', reason: 'not asked here' };
      },
    });
    assert.ok(asked.length > 0 && !asked.includes(xml));
    assert.equal(findings.find(({ about }) => about === 'Model mine')?.kind, 'warning');
  });

  test('in a checkpoint, which Python would open', async (t) => {
    const folder = temporaryFolder(t);
    await assertNoSpecialFiles(folder);
    makePipe(t, join(folder, 'unet/diffusion_pytorch_model.safetensors'));
    await assert.rejects(assertNoSpecialFiles(folder), says(/got unet.diffusion_pytorch_model\.safetensors/));
  });

  test('as a result', async (t) => {
    const folder = temporaryFolder(t);
    const file = (path: string) => ({ name: path, path, bytes: 1, sha256: '0'.repeat(64) });
    const files = {
      picture: file(makePipe(t, join(folder, 'j1.png'))),
      wav: file(makePipe(t, join(folder, 'j1.wav'))),
    };
    await assert.rejects(new ResultFolder(folder).read('j1', files), says(/ordinary file/));
    await assert.rejects(
      checkResult(folder, 'j1', { ...files, seed: 1 } as never),
      (error) => error instanceof RiffError && error.code === 'output_failed',
    );
  });

  test("as OpenVINO's library", (t) => {
    const folder = temporaryFolder(t);
    makePipe(t, join(folder, 'libopenvino_c.so'));
    makePipe(t, join(folder, 'libopenvino_c.dylib'));
    assert.deepEqual(locateLibraries({ OPENVINO_LIB: folder }).usable, []);
  });
});
