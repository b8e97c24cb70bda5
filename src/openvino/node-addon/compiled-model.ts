import type { NativeModel } from '../live-model.ts';
import { openVinoFault } from '../ports.ts';
import { propertyText } from '../property-text.ts';
import type { ModelPorts } from '../runtime.ts';
import type { AddonCompiledModel, AddonCore, AddonModel, OpenVinoAddon } from './addon.ts';
import { createRequest } from './infer-request.ts';
import { withShapes } from './ports.ts';

export interface AddonParts {
  readonly addon: OpenVinoAddon;
  readonly core: AddonCore;
  readonly model: AddonModel;
  readonly compiled: AddonCompiledModel;
}

/** `named`: the ports of the model as read from file. */
export function nativeModel({ addon, core, model, compiled }: AddonParts, named: ModelPorts): NativeModel {
  const ports = {
    inputs: withShapes(named.inputs, compiled.inputs),
    outputs: withShapes(named.outputs, compiled.outputs),
  };
  return {
    ...ports,
    createRequest: () => createRequest(addon, compiled, ports),
    property: (key) => propertyOf(compiled, key),
    free: () => {},
    // The addon's compiled model does not keep its core alive.
    keepsAlive: [core, model],
  };
}

function propertyOf(compiled: AddonCompiledModel, key: string): string {
  try {
    const text = propertyText(compiled.getProperty(key));
    if (text === undefined) throw new Error('openvino-node has no value for it');
    return text;
  } catch (error) {
    throw openVinoFault(`read the property ${key}`, error);
  }
}
