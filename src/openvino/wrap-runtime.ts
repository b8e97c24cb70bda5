import type { CompiledModel, InferRequest, Runtime } from './runtime.ts';

/** The same runtime with another `compile`. */
export function withCompile(runtime: Runtime, compile: Runtime['compile']): Runtime {
  return {
    binding: runtime.binding,
    version: runtime.version,
    location: runtime.location,
    cancelsMidway: runtime.cancelsMidway,
    devices: () => runtime.devices(),
    readPorts: (xmlPath) => runtime.readPorts(xmlPath),
    compile,
    dispose: () => runtime.dispose(),
  };
}

/** The same compiled model with another `infer` in its requests. */
export function withInfer(
  model: CompiledModel,
  infer: (request: InferRequest) => Promise<void>,
): CompiledModel {
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    property: (key) => model.property(key),
    dispose: () => model.dispose(),
    createRequest() {
      const request = model.createRequest();
      return {
        input: (port) => request.input(port),
        output: (port) => request.output(port),
        infer: () => infer(request),
        cancel: () => request.cancel(),
        dispose: () => request.dispose(),
      };
    },
  };
}
