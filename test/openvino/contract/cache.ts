import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deviceOptions } from '../../../src/openvino/device-options.ts';
import { withModelCache } from '../../../src/openvino/model-cache.ts';
import type { Bench } from './bench.ts';

const TINY = fileURLToPath(
  new URL('../../golden/diffusion/tiny-variant/text_encoder/openvino_model.xml', import.meta.url),
);
const OPTIONS = { ...deviceOptions('CPU', { threads: 1 }), shapes: { tokens: [1, 24] } };

export function testCache(on: Bench): void {
  it('takes the second compile from the cache, and makes a damaged one again', async (t) => {
    const root = mkdtempSync(join(tmpdir(), 'riff-cache-'));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    const loadedFromCache = async (): Promise<string> => {
      const model = await withModelCache(on.runtime, { folder: root }).compile(TINY, OPTIONS);
      const answer = model.property('LOADED_FROM_CACHE');
      await model.dispose();
      return answer;
    };
    assert.equal(await loadedFromCache(), 'NO');
    assert.equal(await loadedFromCache(), 'YES');
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      if (name.endsWith('.blob')) truncateSync(join(root, name), 1000);
    }
    assert.equal(await loadedFromCache(), 'NO');
    assert.equal(await loadedFromCache(), 'YES');
  });
}
