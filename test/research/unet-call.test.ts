import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { measureUnetCall } from '../../research/unet-call.ts';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';

const RESEARCH = fileURLToPath(new URL('../../research', import.meta.url));
/** Its timestep is a scalar. */
const TINY_MODEL = fileURLToPath(new URL('../golden/diffusion/tiny-model', import.meta.url));
const { RIFF_PYTHON } = process.env;
const skip = RIFF_PYTHON
  ? false
  : 'RIFF_PYTHON names no Python with torch, torchaudio, diffusers and openvino';

test('a U-Net whose timestep is a scalar is held against Python OpenVINO', { skip }, async () => {
  const runtime = await openRuntime();
  try {
    const options = deviceOptions('CPU');
    const { againstPython } = await measureUnetCall(runtime, TINY_MODEL, options, RIFF_PYTHON ?? '');
    assert.equal(againstPython.kind, 'measured', JSON.stringify(againstPython));
  } finally {
    await runtime.dispose();
  }
});

test("the notebook's loop paints with a U-Net whose timestep is a scalar", { skip }, () => {
  const spec = { modelFolder: TINY_MODEL, device: 'CPU', properties: {}, steps: 2, guidanceScale: 7 };
  const program = [
    'import json, sys',
    'from notebook_recipe import Loop',
    'spec = json.loads(sys.argv[1])',
    'picture, calls = Loop(spec).draw(spec, 0, lambda stage: None)',
    'print(json.dumps([list(picture.shape), calls]))',
  ].join('\n');
  const { stdout, stderr } = spawnSync(RIFF_PYTHON ?? '', ['-B', '-c', program, JSON.stringify(spec)], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: RESEARCH },
  });
  // PNDM takes one call more than steps were asked for.
  assert.equal(stdout.trim(), '[[64, 64, 3], 3]', stderr);
});
