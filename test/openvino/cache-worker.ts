import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leaseEntry, trimCache } from '../../src/openvino/cache-entries.ts';

/** `node cache-worker.ts ROOT FIRST`: fills twenty entries, trims to nothing after each, and looks for its own. */
const [root = '', first = '0'] = process.argv.slice(2);
const blobs: string[] = [];
for (let index = Number(first); index < Number(first) + 20; index++) {
  const path = await leaseEntry(root, 'group', String(index), () => false);
  const blob = join(path, 'a.blob');
  writeFileSync(blob, Buffer.alloc(1000));
  blobs.push(blob);
  await trimCache({ folder: root, maxBytes: 0 });
  assert.ok(blobs.every((each) => existsSync(each)));
}
