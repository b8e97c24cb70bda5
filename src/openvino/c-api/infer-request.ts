import koffi from 'koffi';
import { CancelledError, RiffError } from '../../errors.ts';
import { elementCount, portIndex, typedArrayFor } from '../ports.ts';
import type { InferRequest, Port, Tensor, TensorData } from '../runtime.ts';
import { callAsync, check, filled, type Handle, type OpenVinoFunctions, type Out } from './library.ts';
import { elementTypeNumber } from './ports.ts';

const STATUS_CANCELLED = -13;

interface BoundTensor {
  readonly handle: Handle<'tensor'>;
  readonly tensor: Tensor;
}

/** A request whose tensors are native memory, bound once and seen through typed arrays. */
export class CApiInferRequest implements InferRequest {
  readonly #functions: OpenVinoFunctions;
  readonly #inputs: readonly Port[];
  readonly #outputs: readonly Port[];
  readonly #inputTensors: BoundTensor[] = [];
  readonly #outputTensors: BoundTensor[] = [];
  readonly #onDispose: (request: CApiInferRequest) => void;
  #handle: Handle<'infer request'> | undefined;
  #running: Promise<number> | undefined;
  #cancelled = false;

  constructor(
    functions: OpenVinoFunctions,
    compiled: Handle<'compiled model'>,
    ports: { readonly inputs: readonly Port[]; readonly outputs: readonly Port[] },
    onDispose: (request: CApiInferRequest) => void,
  ) {
    this.#functions = functions;
    this.#inputs = ports.inputs;
    this.#outputs = ports.outputs;
    this.#onDispose = onDispose;
    const request: Out<Handle<'infer request'>> = [null];
    check(functions, functions.createRequest(compiled, request), 'create an infer request');
    this.#handle = filled(request);
    try {
      this.#bindTensors(filled(request));
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  #bindTensors(request: Handle<'infer request'>): void {
    const { setInput, setOutput } = this.#functions;
    for (const [index, port] of this.#inputs.entries()) {
      const bound = createTensor(this.#functions, port);
      this.#inputTensors.push(bound);
      check(this.#functions, setInput(request, index, bound.handle), `bind input "${port.name}"`);
    }
    for (const [index, port] of this.#outputs.entries()) {
      const bound = createTensor(this.#functions, port);
      this.#outputTensors.push(bound);
      check(this.#functions, setOutput(request, index, bound.handle), `bind output "${port.name}"`);
    }
  }

  input(port: string | number): Tensor {
    return this.#tensor(this.#inputTensors, portIndex(this.#inputs, 'input', port));
  }

  output(port: string | number): Tensor {
    return this.#tensor(this.#outputTensors, portIndex(this.#outputs, 'output', port));
  }

  #tensor(tensors: readonly BoundTensor[], index: number): Tensor {
    const bound = tensors[index];
    if (bound === undefined) throw disposedError();
    return bound.tensor;
  }

  /** Uses start_async and wait, because the plain infer ignores cancel. */
  async infer(): Promise<void> {
    if (this.#handle === undefined) throw disposedError();
    if (this.#running !== undefined) {
      throw new RiffError(
        'openvino_failed',
        'infer request: expected an idle one, got a running one; await infer()',
      );
    }
    const functions = this.#functions;
    this.#cancelled = false;
    check(functions, functions.start(this.#handle), 'start an inference');
    this.#running = callAsync(functions.wait, this.#handle);
    try {
      const status = await this.#running;
      if (this.#cancelled || status === STATUS_CANCELLED) throw new CancelledError('inference cancelled');
      check(functions, status, 'finish an inference');
    } finally {
      this.#running = undefined;
    }
  }

  cancel(): void {
    if (this.#running === undefined || this.#handle === undefined) return;
    this.#cancelled = true;
    this.#functions.cancel(this.#handle);
  }

  async dispose(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    this.#free();
    this.#onDispose(this);
  }

  #free(): void {
    if (this.#handle !== undefined) this.#functions.requestFree(this.#handle);
    this.#handle = undefined;
    for (const { handle, tensor } of [...this.#inputTensors, ...this.#outputTensors]) {
      detach(tensor.data);
      this.#functions.tensorFree(handle);
    }
    this.#inputTensors.length = 0;
    this.#outputTensors.length = 0;
  }
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

function disposedError(): RiffError {
  return new RiffError(
    'openvino_failed',
    'infer request: expected a live one, got one that was disposed; create another',
  );
}
