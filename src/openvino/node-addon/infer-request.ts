import { CancelledError, messageOf, RiffError } from '../../errors.ts';
import { elementCount, firstLines, portIndex, typedArrayFor } from '../ports.ts';
import type { InferRequest, ModelPorts, Port, Tensor } from '../runtime.ts';
import type { AddonCompiledModel, AddonInferRequest, AddonTensor, OpenVinoAddon } from './addon.ts';

interface BoundTensor {
  readonly native: AddonTensor;
  readonly tensor: Tensor;
}

/** Kept alive while an inference runs, because native threads hold raw pointers into these. */
interface Held {
  readonly compiled: AddonCompiledModel;
  readonly request: AddonInferRequest;
  readonly inputs: readonly BoundTensor[];
  readonly outputs: readonly BoundTensor[];
}

/** A request whose tensors are JavaScript's typed arrays, bound once. */
export class AddonRequest implements InferRequest {
  readonly #ports: ModelPorts;
  readonly #onDispose: (request: AddonRequest) => void;
  #held: Held | undefined;
  #running: Promise<unknown> | undefined;
  #cancelled = false;

  constructor(
    addon: OpenVinoAddon,
    compiled: AddonCompiledModel,
    ports: ModelPorts,
    onDispose: (request: AddonRequest) => void,
  ) {
    this.#ports = ports;
    this.#onDispose = onDispose;
    const inputs = ports.inputs.map((port) => createTensor(addon, port));
    const outputs = ports.outputs.map((port) => createTensor(addon, port));
    const request = compiled.createInferRequest();
    for (const [index, { native }] of outputs.entries()) request.setOutputTensor(index, native);
    this.#held = { compiled, request, inputs, outputs };
  }

  input(port: string | number): Tensor {
    return tensorAt(this.#live().inputs, portIndex(this.#ports.inputs, 'input', port));
  }

  output(port: string | number): Tensor {
    return tensorAt(this.#live().outputs, portIndex(this.#ports.outputs, 'output', port));
  }

  async infer(): Promise<void> {
    const { request, inputs } = this.#live();
    if (this.#running !== undefined) {
      throw new RiffError(
        'openvino_failed',
        'infer request: expected an idle one, got a running one; await infer()',
      );
    }
    this.#cancelled = false;
    try {
      // In port order: the addon matches tensors by position.
      this.#running = request.inferAsync(inputs.map(({ native }) => native));
      await this.#running;
    } catch (error) {
      const reason = firstLines(messageOf(error));
      throw new RiffError('openvino_failed', `OpenVINO could not finish an inference: ${reason}.`, {
        cause: error,
      });
    } finally {
      this.#running = undefined;
    }
    if (this.#cancelled) throw new CancelledError('inference cancelled');
  }

  /** The addon cannot stop a run: it finishes, and its result is dropped. */
  cancel(): void {
    if (this.#running !== undefined) this.#cancelled = true;
  }

  async dispose(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    this.#held = undefined;
    this.#onDispose(this);
  }

  #live(): Held {
    if (this.#held !== undefined) return this.#held;
    throw new RiffError(
      'openvino_failed',
      'infer request: expected a live one, got one that was disposed; create another',
    );
  }
}

function createTensor(addon: OpenVinoAddon, port: Port): BoundTensor {
  const typedArray = typedArrayFor(port);
  if (port.elementType === 'boolean') {
    throw new RiffError(
      'openvino_failed',
      `port "${port.name}": expected numbers, got booleans, which openvino-node does not have; set OPENVINO_BINDING=c-api`,
    );
  }
  const data = new typedArray(new ArrayBuffer(elementCount(port) * typedArray.BYTES_PER_ELEMENT));
  const native = new addon.Tensor(port.elementType, [...port.shape], data);
  return { native, tensor: { elementType: port.elementType, shape: port.shape, data } };
}

function tensorAt(tensors: readonly BoundTensor[], index: number): Tensor {
  const bound = tensors[index];
  if (bound === undefined)
    throw new RiffError('openvino_failed', `tensors: expected one at ${index}, got none; update Riff`);
  return bound.tensor;
}
