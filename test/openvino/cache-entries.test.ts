import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { dropEntry, leaseEntry, listEntries, trimCache } from '../../src/openvino/cache-entries.ts';
import { endLeases } from './leases.ts';

const base = mkdtempSync(join(tmpdir(), 'riff-entries-'));
after(() => rmSync(base, { recursive: true, force: true }));

const keepsAll = () => false;
const BLOB_BYTES = 1000;

/** A cache with entries "0" (used longest ago), "1", … of a thousand bytes each, used by nobody. */
async function cacheOf(count: number): Promise<{ readonly root: string; readonly paths: readonly string[] }> {
  const root = mkdtempSync(join(base, 'cache-'));
  const paths: string[] = [];
  for (let index = 0; index < count; index++) {
    const path = await leaseEntry(root, 'group', String(index), keepsAll);
    writeFileSync(join(path, 'a.blob'), Buffer.alloc(BLOB_BYTES));
    utimesSync(join(path, 'a.blob'), index, index);
    paths.push(path);
  }
  endLeases(root);
  return { root, paths };
}

const left = (paths: readonly string[]) => paths.map((path) => existsSync(path));

test('a cache within its limit is left alone', async () => {
  const { root, paths } = await cacheOf(3);
  await trimCache({ folder: root, maxBytes: 3 * BLOB_BYTES });
  assert.deepEqual(left(paths), [true, true, true]);
});

test('entries that were unused for longest go first, until the rest fits', async () => {
  const { root, paths } = await cacheOf(4);
  await leaseEntry(root, 'group', '0', keepsAll);
  endLeases(root);
  utimesSync(join(paths[0] ?? '', 'a.blob'), 9, 9);
  await trimCache({ folder: root, maxBytes: 2.5 * BLOB_BYTES });
  assert.deepEqual(left(paths), [true, false, false, true]);
  assert.deepEqual(readdirSync(root), ['group'], 'nothing is left of them');
});

test('an entry in use stays, however large; one of a process that has ended does not', async () => {
  const { root, paths } = await cacheOf(2);
  await leaseEntry(root, 'group', '0', keepsAll);
  const ended = spawn(process.execPath, ['-e', '']);
  await once(ended, 'exit');
  writeFileSync(join(paths[1] ?? '', `in-use-by-${encodeURIComponent(hostname())}-${ended.pid}`), '');
  await trimCache({ folder: root, maxBytes: 0 });
  assert.deepEqual(left(paths), [true, false]);
});

test('a process of another host counts for a day', async () => {
  const { root, paths } = await cacheOf(2);
  const leases = paths.map((path) => join(path, 'in-use-by-elsewhere-1'));
  for (const lease of leases) writeFileSync(lease, '');
  utimesSync(leases[0] ?? '', 1, 1);
  await trimCache({ folder: root, maxBytes: 0 });
  assert.deepEqual(left(paths), [false, true]);
});

test('an entry that another process uses is not dropped, one of our own is', async () => {
  const { root, paths } = await cacheOf(2);
  for (const name of ['0', '1']) await leaseEntry(root, 'group', name, keepsAll);
  writeFileSync(join(paths[0] ?? '', `in-use-by-${encodeURIComponent(hostname())}-${process.ppid}`), '');
  for (const path of paths) await dropEntry(root, path);
  assert.deepEqual(left(paths), [true, false]);
});

test('two processes that fill and trim one cache at once keep the entries they use', async () => {
  const root = mkdtempSync(join(base, 'cache-'));
  const worker = (first: number) =>
    spawn(process.execPath, [join(import.meta.dirname, 'cache-worker.ts'), root, String(first)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const codes = await Promise.all(
    [worker(0), worker(20)].map(async (child) => (await once(child, 'exit'))[0]),
  );
  assert.deepEqual(codes, [0, 0]);
  await trimCache({ folder: root, maxBytes: 0 });
  assert.deepEqual(listEntries(root), []);
});

test('the folders are for this user alone', { skip: process.platform === 'win32' }, async () => {
  const mask = process.umask(0);
  try {
    const { root, paths } = await cacheOf(1);
    assert.deepEqual(
      [root, paths[0] ?? ''].map((path) => statSync(path).mode & 0o022),
      [0, 0],
    );
  } finally {
    process.umask(mask);
  }
});

test('trimming a cache that cannot be written changes nothing and throws nothing', async () => {
  const file = join(base, 'a-file');
  writeFileSync(file, '');
  assert.equal(await trimCache({ folder: join(file, 'cache'), maxBytes: 0 }), undefined);
  assert.equal(readFileSync(file, 'utf8'), '');
});
