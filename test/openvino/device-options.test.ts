import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceOptions } from '../../src/openvino/device-options.ts';

test('the CPU gets the threads that the control group grants, unpinned, in one stream', () => {
  assert.deepEqual(deviceOptions('CPU', { threads: 3, cpuExact: false }).properties, {
    PERFORMANCE_HINT: 'LATENCY',
    NUM_STREAMS: '1',
    INFERENCE_NUM_THREADS: '3',
    ENABLE_CPU_PINNING: 'NO',
  });
});

test('AUTO hands the threads on to the CPU and does not begin on a stand-in', () => {
  for (const device of ['AUTO', 'AUTO:GPU,CPU']) {
    const { DEVICE_PROPERTIES, ENABLE_STARTUP_FALLBACK } = deviceOptions(device, {
      threads: 3,
      cpuExact: false,
    }).properties;
    assert.equal(DEVICE_PROPERTIES, '{CPU:{INFERENCE_NUM_THREADS:3,ENABLE_CPU_PINNING:NO}}');
    assert.equal(ENABLE_STARTUP_FALLBACK, 'NO');
  }
});

test('another device gets no properties of the CPU, and 32 bits only when asked', () => {
  assert.deepEqual(deviceOptions('GPU.1', { cpuExact: true }).properties, { PERFORMANCE_HINT: 'LATENCY' });
  assert.equal(deviceOptions('GPU', { exact: true }).properties.INFERENCE_PRECISION_HINT, 'f32');
});

test('a CPU that is faster so computes in 32 bits, also behind AUTO', () => {
  const choices = { threads: 3, cpuExact: true };
  assert.equal(deviceOptions('CPU', choices).properties.INFERENCE_PRECISION_HINT, 'f32');
  const { DEVICE_PROPERTIES, INFERENCE_PRECISION_HINT } = deviceOptions('AUTO', choices).properties;
  assert.match(DEVICE_PROPERTIES ?? '', /^\{CPU:\{.*INFERENCE_PRECISION_HINT:f32\}\}$/);
  assert.equal(INFERENCE_PRECISION_HINT, undefined);
});
