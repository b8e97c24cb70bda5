import assert from 'node:assert/strict';
import { test } from 'node:test';
import { propertyText } from '../../src/openvino/property-text.ts';

/** On the right what OpenVINO's C library prints for the same property. */
const CASES: readonly (readonly [unknown, string])[] = [
  [true, 'YES'],
  [false, 'NO'],
  ['LATENCY', 'LATENCY'],
  ['', ''],
  [2, '2'],
  [0.5, '0.5'],
  [9_007_199_254_740_993n, '9007199254740993'],
  [['GPU.0', 'CPU'], 'GPU.0 CPU'],
  [[], ''],
  [[true, [1, 8n, 1]], 'YES 1 8 1'],
  [Uint32Array.of(1, 2), '1 2'],
  [{ CPU: { ENABLE_CPU_PINNING: false, NUM_STREAMS: 1 } }, '{CPU:{ENABLE_CPU_PINNING:NO,NUM_STREAMS:1}}'],
  [new Map([['CPU', ['FP32', 'INT8']]]), '{CPU:FP32 INT8}'],
];

for (const [value, text] of CASES) {
  test(`a property that comes as ${typeof value} reads ${JSON.stringify(text)}`, () => {
    assert.equal(propertyText(value), text);
  });
}

test('a missing value differs from an empty one', () => {
  assert.equal(propertyText(undefined), undefined);
  assert.equal(propertyText(null), undefined);
});
