import { basename, dirname } from 'node:path';
import type { CompiledModel, Runtime } from '../../../openvino/runtime.ts';
import { withCompile, withInfer } from '../../../openvino/wrap-runtime.ts';

export interface TimedRuntime {
  readonly runtime: Runtime;
  /** Milliseconds in inferences of the parts in folders of that name ("unet") since the last look. */
  takeMs(part: string): number;
}

/** The same runtime under a stopwatch: what a loop takes beyond its inferences is the host's part. */
export function timedRuntime(runtime: Runtime): TimedRuntime {
  const spentMs = new Map<string, number>();
  const timed = (model: CompiledModel, part: string): CompiledModel =>
    withInfer(model, async (request) => {
      const startedMs = performance.now();
      await request.infer();
      spentMs.set(part, (spentMs.get(part) ?? 0) + performance.now() - startedMs);
    });
  return {
    runtime: withCompile(runtime, async (xmlPath, options) =>
      timed(await runtime.compile(xmlPath, options), basename(dirname(xmlPath))),
    ),
    takeMs(part) {
      const taken = spentMs.get(part) ?? 0;
      spentMs.delete(part);
      return taken;
    },
  };
}
