import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../src/errors.ts';
import { deviceOptions } from '../../src/openvino/device-options.ts';
import {
  mappedWeights,
  releaseMappedWeights,
  withoutMappedWeights,
} from '../../src/openvino/mapped-weights.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import type { Runtime } from '../../src/openvino/runtime.ts';

const UNET = fileURLToPath(
  new URL('../golden/diffusion/tiny-model/unet/openvino_model.xml', import.meta.url),
);
const runtime = await openRuntime().catch(messageOf);
const skip =
  process.platform !== 'linux'
    ? 'only Linux tells what is mapped'
    : typeof runtime === 'string' && `OpenVINO is not here: ${runtime}`;

test('only read-only mappings of weights are let go', () => {
  const maps = [
    '7f0000000000-7f0000002000 r--p 00000000 fe:00 12 /models/unet/openvino_model.bin',
    '7f0000003000-7f0000004000 rw-p 00000000 fe:00 12 /models/unet/openvino_model.bin',
    '7f0000005000-7f0000006000 r-xp 00000000 fe:00 13 /lib/libopenvino.so',
    '7f0000007000-7f0000009000 r--s 00000000 fe:00 14 /a folder/vae.bin',
    '7f000000a000-7f000000b000 rw-p 00000000 00:00 0 [heap]',
    '',
  ].join('\n');
  assert.deepEqual(mappedWeights(maps), [
    [0x7f0000000000n, 0x7f0000002000n],
    [0x7f0000007000n, 0x7f0000009000n],
  ]);
});

test('pages are let go while a model is compiled and once more after it, also when that fails', async () => {
  let released = 0;
  const failing = { compile: () => Promise.reject(new Error('no such layer')) } as unknown as Runtime;
  const runtimeOf = withoutMappedWeights(failing, () => {
    released++;
  });
  await assert.rejects(runtimeOf.compile('model.xml', { device: 'CPU' }), /no such layer/);
  assert.equal(released, 1);
});

test('pages are let go when it is another model that runs, not between the runs of one', async () => {
  let released = 0;
  const request = { infer: async () => {} };
  const model = { inputs: [], outputs: [], createRequest: () => request };
  const compiling = { compile: async () => model } as unknown as Runtime;
  const lean = withoutMappedWeights(compiling, () => {
    released++;
  });
  const open = async (path: string) => (await lean.compile(path, { device: 'CPU' })).createRequest();
  const [first, second] = [await open('unet.xml'), await open('vae.xml')];
  const seen: number[] = [];
  for (const turn of [first, first, second, second, first]) {
    released = 0;
    await turn.infer();
    seen.push(released);
  }
  assert.deepEqual(seen, [1, 0, 1, 0, 1]);
});

test('a compiled model answers the same after its file has left memory', { skip }, async () => {
  assert.ok(typeof runtime !== 'string');
  const model = await withoutMappedWeights(runtime).compile(UNET, {
    ...deviceOptions('CPU', { threads: 1 }),
    shapes: { sample: [1, 4, 8, 8], encoder_hidden_states: [1, 77, 16] },
  });
  const request = model.createRequest();
  const sample = request.input('sample').data;
  for (let i = 0; i < sample.length; i++) sample[i] = Math.sin(i);
  await request.infer();
  const before = [...request.output(0).data];
  releaseMappedWeights();
  assert.equal(mappedBytes(), 0);
  await request.infer();
  assert.deepEqual([...request.output(0).data], before);
  await model.dispose();
  await runtime.dispose();
});

/** Resident bytes of mapped weights, as the kernel counts them. */
function mappedBytes(): number {
  const blocks = readFileSync('/proc/self/smaps', 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  const ofWeights = blocks.filter((block) => /\.bin$/m.test(block.split('\n', 1)[0] ?? ''));
  return ofWeights.reduce((sum, block) => sum + 1024 * Number(/^Rss:\s+(\d+)/m.exec(block)?.[1] ?? 0), 0);
}
