import { RiffError, throwIfAborted } from '../errors.ts';
import type { DeviceOptions } from '../openvino/device-options.ts';
import type { InferRequest, Port, Runtime, Shape, TensorData } from '../openvino/runtime.ts';
import type { ModelPart } from './model-folder/ir-file.ts';

/** A compiled part of one input and one output, both bound to memory: write `input`, run, read `output`. */
export interface OpenPart {
  readonly input: TensorData;
  readonly output: Float32Array;
  readonly outputShape: Shape;
  /** As inferUnlessAborted. Does not check that the output is finite. */
  run(signal: AbortSignal | undefined): Promise<void>;
  dispose(): Promise<void>;
}

/** `inputShape`: static, for the dimensions that the file leaves open. */
export async function openPart(
  runtime: Runtime,
  { xmlPath, input, output }: ModelPart,
  inputShape: Shape,
  device: DeviceOptions,
): Promise<OpenPart> {
  const model = await runtime.compile(xmlPath, { ...device, shapes: openShapes([[input, inputShape]]) });
  const request = model.createRequest();
  const { data, shape } = request.output(output.name);
  return {
    input: request.input(input.name).data,
    output: floats(data, output),
    outputShape: shape,
    run: (signal) => inferUnlessAborted(request, signal),
    dispose: () => model.dispose(),
  };
}

/**
 * Runs once; the signal stops it as soon as the binding can.
 * Rejects with CancelledError after the signal, and the request can be used again.
 */
export async function inferUnlessAborted(
  request: InferRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  throwIfAborted(signal);
  const cancel = (): void => request.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await request.infer();
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  throwIfAborted(signal);
}

/** Live float memory of a port. Its element type was checked with the model folder. */
export function floats(data: unknown, port: Port): Float32Array {
  if (data instanceof Float32Array) return data;
  throw new RiffError(
    'openvino_failed',
    `port "${port.name}": expected f32 memory, got another type; update Riff`,
  );
}

/** Throws RiffError('openvino_failed') when a value is not finite. `part` is for users: "the U-Net". */
export function assertFinite(values: Float32Array, part: string): void {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  if (Number.isFinite(sum)) return;
  throw new RiffError(
    'openvino_failed',
    `${part}: expected finite numbers, got others; ` +
      'set INFERENCE_PRECISION_HINT to f32 or use another device, and check the model',
  );
}

/** Static shapes for the ports that the file leaves open, by port name. `wanted`: every port with its full shape. */
export function openShapes(wanted: readonly (readonly [Port, Shape])[]): Record<string, Shape> {
  const open = wanted.filter(([port]) => port.shape.some((dimension) => dimension < 0));
  return Object.fromEntries(
    open.map(([port, full]) => [
      port.name,
      port.shape.map((size, axis) => (size >= 0 ? size : (full[axis] ?? 1))),
    ]),
  );
}
