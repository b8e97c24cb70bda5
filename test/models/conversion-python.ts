import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { conversionPython } from '../../src/model-library/conversion-environment.ts';

const MAKER = fileURLToPath(new URL('../../models/make_random_checkpoint.py', import.meta.url));

export const { RIFF_PYTHON } = process.env;

/** The conversion's own environment is two gigabytes: only a Python that is there already is used. */
export const skip = whyNot();

function whyNot(): string | false {
  if (!RIFF_PYTHON) return 'RIFF_PYTHON names no Python with torch, diffusers, openvino and nncf';
  try {
    conversionPython({ RIFF_PYTHON }, () => {});
    return false;
  } catch (thrown) {
    return String(thrown);
  }
}

/** A diffusers checkpoint of a few thousand random weights. */
export function makeCheckpoint(folder: string): void {
  const made = spawnSync(RIFF_PYTHON ?? '', ['-B', MAKER, folder, '--size', 'tiny'], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
}
