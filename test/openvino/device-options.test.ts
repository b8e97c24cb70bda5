import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceOptions } from '../../src/openvino/device-options.ts';

test('the CPU gets the threads that the control group grants, unpinned, in one stream', () => {
  assert.deepEqual(deviceOptions('CPU', false, 3).properties, {
    PERFORMANCE_HINT: 'LATENCY',
    NUM_STREAMS: '1',
    INFERENCE_NUM_THREADS: '3',
    ENABLE_CPU_PINNING: 'NO',
  });
});

test('AUTO hands the threads on to the CPU and does not begin on a stand-in', () => {
  for (const device of ['AUTO', 'AUTO:GPU,CPU']) {
    const { DEVICE_PROPERTIES, ENABLE_STARTUP_FALLBACK } = deviceOptions(device, false, 3).properties;
    assert.equal(DEVICE_PROPERTIES, '{CPU:{INFERENCE_NUM_THREADS:3,ENABLE_CPU_PINNING:NO}}');
    assert.equal(ENABLE_STARTUP_FALLBACK, 'NO');
  }
});

test('another device gets no properties of the CPU, and 32 bits only when asked', () => {
  assert.deepEqual(deviceOptions('GPU.1', false, 3).properties, { PERFORMANCE_HINT: 'LATENCY' });
  assert.equal(deviceOptions('GPU', true, 3).properties.INFERENCE_PRECISION_HINT, 'f32');
});
