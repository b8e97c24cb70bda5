import koffi from 'koffi';
import { CancelledError, RiffError } from '../../errors.ts';
import type { NativeRequest } from '../live-model.ts';
import { elementCount, typedArrayFor } from '../ports.ts';
import type { ModelPorts, Port, Tensor, TensorData } from '../runtime.ts';
import { callAsync, check, filled, type Handle, type OpenVinoFunctions, type Out } from './library.ts';
import { elementTypeNumber } from './ports.ts';

const STATUS_CANCELLED = -13;

interface BoundTensor {
  readonly handle: Handle<'tensor'>;
  readonly tensor: Tensor;
}

/** A request whose tensors are native memory, bound once and seen through typed arrays. */
export function createRequest(
  functions: OpenVinoFunctions,
  compiled: Handle<'compiled model'>,
  ports: ModelPorts,
): NativeRequest {
  const out: Out<Handle<'infer request'>> = [null];
  check(functions, functions.createRequest(compiled, out), 'create an infer request');
  const request = filled(out);
  const bound: BoundTensor[] = [];
  const free = (): void => {
    functions.requestFree(request);
    for (const { handle, tensor } of bound) {
      detach(tensor.data);
      functions.tensorFree(handle);
    }
  };
  const bind = (kind: 'input' | 'output') => (port: Port, index: number) => {
    const created = createTensor(functions, port);
    bound.push(created);
    const set = kind === 'input' ? functions.setInput : functions.setOutput;
    check(functions, set(request, index, created.handle), `bind ${kind} "${port.name}"`);
    return created.tensor;
  };
  try {
    const inputs = ports.inputs.map(bind('input'));
    const outputs = ports.outputs.map(bind('output'));
    return {
      inputs,
      outputs,
      run: () => run(functions, request),
      cancel: () => void functions.cancel(request),
      free,
    };
  } catch (error) {
    free();
    throw error;
  }
}

/** Uses start_async and wait, because the plain infer ignores cancel. */
async function run(functions: OpenVinoFunctions, request: Handle<'infer request'>): Promise<void> {
  check(functions, functions.start(request), 'start an inference');
  const status = await callAsync(functions.wait, request);
  if (status === STATUS_CANCELLED) throw new CancelledError('inference cancelled');
  check(functions, status, 'finish an inference');
}

function createTensor(functions: OpenVinoFunctions, port: Port): BoundTensor {
  const { elementType, shape } = port;
  const typedArray = typedArrayFor(port);
  const byteLength = elementCount(port) * typedArray.BYTES_PER_ELEMENT;
  const nativeShape = {
    rank: shape.length,
    dims: shape.length === 0 ? null : BigInt64Array.from(shape, BigInt),
  };
  const out: Out<Handle<'tensor'>> = [null];
  const created = functions.tensorCreate(elementTypeNumber(elementType), nativeShape, out);
  check(functions, created, `allocate "${port.name}"`);
  const handle = filled(out);
  const memory = byteLength === 0 ? new ArrayBuffer(0) : viewOf(functions, handle, byteLength);
  new Uint8Array(memory).fill(0);
  return { handle, tensor: { elementType, shape, data: new typedArray(memory) } };
}

function viewOf(functions: OpenVinoFunctions, tensor: Handle<'tensor'>, byteLength: number): ArrayBuffer {
  const address: Out<bigint> = [null];
  const status = functions.tensorData(tensor, address);
  if (status === 0) return koffi.view(filled(address), byteLength);
  functions.tensorFree(tensor);
  throw new RiffError(
    'openvino_failed',
    `tensor: expected memory from OpenVINO, got status ${status}; free memory or use a smaller model`,
  );
}

/** Leaves every view on freed memory with length 0 instead of dangling. */
function detach(data: TensorData): void {
  if (data.buffer instanceof ArrayBuffer && !data.buffer.detached) data.buffer.transfer(0);
}
