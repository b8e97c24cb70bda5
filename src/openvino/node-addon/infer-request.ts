import { RiffError } from '../../errors.ts';
import type { NativeRequest } from '../live-model.ts';
import { elementCount, openVinoFault, typedArrayFor } from '../ports.ts';
import type { ModelPorts, Port, Tensor } from '../runtime.ts';
import type { AddonCompiledModel, AddonTensor, OpenVinoAddon } from './addon.ts';

interface BoundTensor {
  readonly native: AddonTensor;
  readonly tensor: Tensor;
}

/** A request whose tensors are JavaScript's typed arrays, bound once. */
export function createRequest(
  addon: OpenVinoAddon,
  compiled: AddonCompiledModel,
  ports: ModelPorts,
): NativeRequest {
  const inputs = ports.inputs.map((port) => createTensor(addon, port));
  const outputs = ports.outputs.map((port) => createTensor(addon, port));
  const request = compiled.createInferRequest();
  for (const [index, { native }] of outputs.entries()) request.setOutputTensor(index, native);
  return {
    inputs: inputs.map(({ tensor }) => tensor),
    outputs: outputs.map(({ tensor }) => tensor),
    async run() {
      try {
        // In port order: the addon matches tensors by position.
        await request.inferAsync(inputs.map(({ native }) => native));
      } catch (error) {
        throw openVinoFault('finish an inference', error);
      }
    },
    // The addon cannot stop a run: it finishes, and its result is dropped.
    cancel: () => {},
    free: () => {},
    // While an inference runs, native threads hold raw pointers into these.
    keepsAlive: [compiled, request, inputs, outputs],
  };
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
