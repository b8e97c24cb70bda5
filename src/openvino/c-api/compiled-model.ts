import type { NativeModel } from '../live-model.ts';
import { renamed } from '../ports.ts';
import type { ModelPorts } from '../runtime.ts';
import { createRequest } from './infer-request.ts';
import { check, type Handle, type OpenVinoFunctions, type Out, takeString } from './library.ts';
import { readPorts } from './ports.ts';

/**
 * Takes ownership of the handle. `named`: the ports of the model as read from file, since a compiled model may report
 * another name for a port that was merged with others.
 */
export function nativeModel(
  functions: OpenVinoFunctions,
  handle: Handle<'compiled model'>,
  named: ModelPorts,
): NativeModel {
  const { compiledInputs, compiledOutputs, compiledFree, compiledProperty } = functions;
  try {
    const ports = {
      inputs: renamed(readPorts(functions, handle, compiledInputs, 'input'), named.inputs),
      outputs: renamed(readPorts(functions, handle, compiledOutputs, 'output'), named.outputs),
    };
    return {
      ...ports,
      createRequest: () => createRequest(functions, handle, ports),
      property(key) {
        const value: Out<bigint> = [null];
        check(functions, compiledProperty(handle, key, value), `read the property ${key}`);
        return takeString(functions, value[0]);
      },
      free: () => compiledFree(handle),
    };
  } catch (error) {
    compiledFree(handle);
    throw error;
  }
}
