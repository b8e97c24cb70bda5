import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../../src/errors.ts';
import {
  conversionPackages,
  conversionPython,
  environmentFolder,
} from '../../src/model-library/conversion-environment.ts';

const cache = mkdtempSync(join(tmpdir(), 'riff-conversion-'));
after(() => rmSync(cache, { recursive: true, force: true }));

test('every package of the conversion is pinned to one version', () => {
  const packages = conversionPackages();
  for (const name of ['torch', 'diffusers', 'transformers', 'openvino', 'nncf', 'huggingface_hub'])
    assert.ok(
      packages.some((pin) => pin.startsWith(`${name}==`)),
      name,
    );
  for (const pin of packages) assert.match(pin, /^[\w-]+==[\d.]+$/);
});

test('an environment that is marked complete is taken as it is', () => {
  const env = { XDG_CACHE_HOME: cache };
  mkdirSync(environmentFolder(env), { recursive: true });
  writeFileSync(join(environmentFolder(env), 'complete'), '');
  const python = conversionPython(env, () => assert.fail('nothing is to be made'));
  assert.ok(python.startsWith(environmentFolder(env)));
});

test('without a Python that the packages have builds for, the ways around are told and nothing is made', {
  skip: process.platform === 'win32' && 'the stand-in is a shell script',
}, () => {
  const bin = join(cache, 'bin');
  mkdirSync(bin);
  for (const name of ['python3', 'python3.12'])
    writeFileSync(join(bin, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  const env = { XDG_CACHE_HOME: join(cache, 'empty'), PATH: bin };
  assert.throws(
    () => conversionPython(env, () => {}),
    /expected Python 3\.11 to 3\.13 on the PATH, got none of python3\.12, .*set RIFF_PYTHON to .*add \.\/folder/,
  );
  assert.ok(!existsSync(environmentFolder(env)));
});

test('a RIFF_PYTHON that does not start is refused with how to fix it', () => {
  const env = { XDG_CACHE_HOME: cache, RIFF_PYTHON: join(cache, 'no-python') };
  assert.throws(
    () => conversionPython(env, () => {}),
    (thrown) =>
      thrown instanceof UserError &&
      /RIFF_PYTHON: expected a Python with torch, .*no-python.*ENOENT.*or unset RIFF_PYTHON/.test(
        thrown.message,
      ),
  );
});
