import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledError, RiffError } from '../../src/errors.ts';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import { withModelCache } from '../../src/openvino/model-cache.ts';
import type { CompiledModel, CompileOptions, Runtime } from '../../src/openvino/runtime.ts';
import { endLeases } from './leases.ts';

const base = mkdtempSync(join(tmpdir(), 'riff-cache-'));
after(() => rmSync(base, { recursive: true, force: true }));

const COMPILED: CompiledModel = {
  inputs: [],
  outputs: [],
  createRequest: () => assert.fail('nobody runs it'),
  property: () => '',
  dispose: async () => {},
};

/** A model on disk, and a runtime that notes the CACHE_DIR of every compile; `fails` decides by it. */
function bench(fails: (cacheFolder: string | undefined) => Error | null = () => null) {
  const folder = mkdtempSync(join(base, 'model-'));
  const xmlPath = join(folder, 'openvino_model.xml');
  writeFileSync(xmlPath, '<net/>');
  writeFileSync(join(folder, 'openvino_model.bin'), 'weights');
  const folders: (string | undefined)[] = [];
  const runtime: Runtime = {
    binding: 'c-api',
    version: '2026.4.1-release/x',
    location: '',
    cancelsMidway: true,
    devices: async () => [],
    readPorts: async () => ({ inputs: [], outputs: [] }),
    async compile(_, { properties }: CompileOptions) {
      folders.push(properties?.CACHE_DIR);
      const failure = fails(properties?.CACHE_DIR);
      if (failure) throw failure;
      return COMPILED;
    },
    dispose: async () => {},
  };
  return { xmlPath, folders, runtime, root: join(folder, 'cache') };
}

const OPTIONS = deviceOptions('CPU', { threads: 1 });

test('a model is compiled with a folder of its own, by version and device', async () => {
  const { xmlPath, folders, runtime, root } = bench();
  await withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS);
  await withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS);
  const [first = '', second] = folders;
  assert.equal(second, first);
  assert.ok(first.startsWith(join(root, '2026.4.1-release-x-CPU')) && existsSync(first), first);
});

test('a later process removes what was compiled from earlier weights at the same path', async () => {
  const { xmlPath, folders, runtime, root } = bench();
  const cached = withModelCache(runtime, { folder: root });
  await cached.compile(xmlPath, OPTIONS);
  endLeases(root);
  writeFileSync(xmlPath.replace('.xml', '.bin'), 'other weights');
  await cached.compile(xmlPath, OPTIONS);
  assert.deepEqual(
    folders.map((folder) => existsSync(folder ?? '')),
    [false, true],
  );
});

test('other options are another entry, which is kept beside the first', async () => {
  const { xmlPath, folders, runtime, root } = bench();
  const cached = withModelCache(runtime, { folder: root });
  await cached.compile(xmlPath, OPTIONS);
  await cached.compile(xmlPath, { ...OPTIONS, shapes: { x: [2] } });
  assert.equal(new Set(folders).size, 2);
  assert.ok(folders.every((folder) => existsSync(folder ?? '')));
});

test('a cache folder that cannot be made costs the cache, not the model', async () => {
  const { xmlPath, folders, runtime, root } = bench();
  writeFileSync(root, 'a file stands here');
  assert.equal(await withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS), COMPILED);
  assert.deepEqual(folders, [undefined]);
});

test('a compile that fails for its cache is done without, and the cache is cleared', async () => {
  const broken = new RiffError('openvino_failed', 'bad blob');
  const { xmlPath, folders, runtime, root } = bench((folder) => (folder === undefined ? null : broken));
  assert.equal(await withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS), COMPILED);
  assert.equal(folders.length, 2);
  assert.equal(folders[1], undefined);
  assert.ok(!existsSync(folders[0] ?? ''));
});

test('a compile that fails anyway says why, and the cache stays', async () => {
  const { xmlPath, folders, runtime, root } = bench(() => new RiffError('openvino_failed', 'no such layer'));
  await assert.rejects(withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS), /no such layer/);
  assert.ok(existsSync(folders[0] ?? ''));
});

test('a cancelled compile is not tried again', async () => {
  const { xmlPath, folders, runtime, root } = bench(() => new CancelledError());
  await assert.rejects(withModelCache(runtime, { folder: root }).compile(xmlPath, OPTIONS), CancelledError);
  assert.equal(folders.length, 1);
});
