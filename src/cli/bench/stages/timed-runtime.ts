import { basename, dirname } from 'node:path';
import type { CompiledModel, InferRequest, Runtime } from '../../../openvino/runtime.ts';

export interface TimedRuntime {
  readonly runtime: Runtime;
  /** Milliseconds in inferences of the parts in folders of that name ("unet") since the last look. */
  takeMs(part: string): number;
}

/** The same runtime under a stopwatch: what a loop takes beyond its inferences is the host's part. */
export function timedRuntime(runtime: Runtime): TimedRuntime {
  const spentMs = new Map<string, number>();
  const timedRequest = (request: InferRequest, part: string): InferRequest => ({
    input: (port) => request.input(port),
    output: (port) => request.output(port),
    async infer() {
      const startedMs = performance.now();
      await request.infer();
      spentMs.set(part, (spentMs.get(part) ?? 0) + performance.now() - startedMs);
    },
    cancel: () => request.cancel(),
    dispose: () => request.dispose(),
  });
  const timedModel = (model: CompiledModel, part: string): CompiledModel => ({
    inputs: model.inputs,
    outputs: model.outputs,
    createRequest: () => timedRequest(model.createRequest(), part),
    property: (key) => model.property(key),
    dispose: () => model.dispose(),
  });
  return {
    runtime: {
      binding: runtime.binding,
      version: runtime.version,
      location: runtime.location,
      cancelsMidway: runtime.cancelsMidway,
      devices: () => runtime.devices(),
      readPorts: (xmlPath) => runtime.readPorts(xmlPath),
      compile: async (xmlPath, options) =>
        timedModel(await runtime.compile(xmlPath, options), basename(dirname(xmlPath))),
      dispose: () => runtime.dispose(),
    },
    takeMs(part) {
      const taken = spentMs.get(part) ?? 0;
      spentMs.delete(part);
      return taken;
    },
  };
}
