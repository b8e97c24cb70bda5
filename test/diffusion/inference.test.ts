import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFinite, inferUnlessAborted, openShapes } from '../../src/diffusion/inference.ts';
import { CancelledError, RiffError } from '../../src/errors.ts';
import type { InferRequest } from '../../src/openvino/runtime.ts';

test('the signal cancels the inference in flight, and the request runs again afterwards', async () => {
  const { request, runs } = requestThatWaits();
  const controller = new AbortController();
  const running = inferUnlessAborted(request, controller.signal);
  controller.abort();
  await assert.rejects(running, CancelledError);

  const again = inferUnlessAborted(request, new AbortController().signal);
  runs.at(-1)?.resolve();
  await again;
  assert.equal(runs.length, 2);
});

test('a binding that cannot stop midway still ends as cancelled', async () => {
  const { request, runs } = requestThatWaits();
  const controller = new AbortController();
  const running = inferUnlessAborted({ ...request, cancel() {} }, controller.signal);
  controller.abort();
  runs[0]?.resolve();
  await assert.rejects(running, CancelledError);
});

test('nothing is run after the signal', async () => {
  const { request, runs } = requestThatWaits();
  await assert.rejects(inferUnlessAborted(request, AbortSignal.abort()), CancelledError);
  assert.equal(runs.length, 0);
});

test('a value that is not finite is an error that names the part and a remedy', () => {
  assertFinite(Float32Array.of(1, -3e38, 3e38, 3e38), 'the U-Net');
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(
      () => assertFinite(Float32Array.of(0, bad, 0), 'the U-Net'),
      (error) =>
        error instanceof RiffError &&
        error.code === 'openvino_failed' &&
        /the U-Net.*INFERENCE_PRECISION_HINT/.test(error.message),
    );
  }
});

test('only ports with open dimensions get a shape, and fixed dimensions stay', () => {
  const port = (name: string, shape: readonly number[]) => ({ name, shape, elementType: 'f32' as const });
  const shapes = openShapes([
    [port('scalar', []), [1]],
    [port('fixed', [1, 4]), [2, 8]],
    [port('mixed', [-1, 4, -1]), [2, 8, 16]],
  ]);
  assert.deepEqual(shapes, { mixed: [2, 4, 16] });
});

function requestThatWaits() {
  const runs: PromiseWithResolvers<void>[] = [];
  const request: InferRequest = {
    input: () => assert.fail('not used'),
    output: () => assert.fail('not used'),
    infer() {
      const run = Promise.withResolvers<void>();
      runs.push(run);
      return run.promise;
    },
    cancel: () => runs.at(-1)?.reject(new CancelledError()),
    dispose: async () => {},
  };
  return { request, runs };
}
