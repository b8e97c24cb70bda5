import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('../../research/deep_cache.py', import.meta.url));
/** Its layers have lost their names: the cut is found by the graph alone. */
const TINY_MODEL = fileURLToPath(new URL('../golden/diffusion/tiny-model', import.meta.url));
const { RIFF_PYTHON } = process.env;
const skip = RIFF_PYTHON ? false : 'RIFF_PYTHON names no Python with torch, diffusers, openvino and pillow';

const figuresSchema = z.array(
  z.object({ name: z.string(), latentsError: z.number(), psnrDb: z.number(), partsError: z.number() }),
);

function deepCache(...args: readonly string[]) {
  return spawnSync(RIFF_PYTHON ?? '', ['-B', SCRIPT, TINY_MODEL, ...args], { encoding: 'utf8' });
}

test('a split U-Net is the whole one on equal input, and differs where features are kept', { skip }, () => {
  const ran = deepCache('--steps', '9', '--cases', '1:3,2:3');
  assert.equal(ran.status, 0, ran.stderr);
  const figures = figuresSchema.parse(JSON.parse(ran.stdout));
  assert.deepEqual(
    figures.map(({ name }) => name),
    ['deep-cache-3-skips-1', 'deep-cache-3-skips-2'],
  );
  for (const { partsError, latentsError, psnrDb } of figures) {
    assert.ok(partsError <= 1e-5, `parts differ by ${partsError}`);
    assert.ok(latentsError > 1e-4 && latentsError < 0.2, `latents differ by ${latentsError}`);
    assert.ok(psnrDb > 30 && psnrDb < 120, `PSNR is ${psnrDb} dB`);
  }
});

test('more skips than the U-Net has are refused in one line', { skip }, () => {
  const { status, stderr } = deepCache('--cases', '99:2');
  assert.equal(status, 1);
  assert.match(stderr, /^--cases: expected 1 to \d+ skips, got 99/);
});
