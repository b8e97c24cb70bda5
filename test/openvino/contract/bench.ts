import assert from 'node:assert/strict';
import { RiffError } from '../../../src/errors.ts';
import type { CompiledModel, CompileOptions, InferRequest, Runtime } from '../../../src/openvino/runtime.ts';
import { powerModel, STEP_MODEL, withModelFile } from '../tiny-models.ts';

export const CPU: CompileOptions = { device: 'CPU', properties: { INFERENCE_NUM_THREADS: '1' } };
export const STEP_SHAPES = { sample: [2, 4] };
/** 24 multiplications of 640² matrices: a few hundred milliseconds on one core. */
export const HEAVY_MODEL = powerModel(24);
export const HEAVY_SIZE = 640;
export const HEAVY: CompileOptions = { ...CPU, shapes: { x: [HEAVY_SIZE, HEAVY_SIZE] } };

/** The runtime under test, and ways to work on a model that is disposed of afterwards. */
export class Bench {
  readonly open: () => Promise<Runtime>;
  #runtime: Runtime | undefined;

  constructor(open: () => Promise<Runtime>) {
    this.open = open;
  }

  async start(): Promise<void> {
    this.#runtime = await this.open();
  }

  async stop(): Promise<void> {
    await this.#runtime?.dispose();
  }

  get runtime(): Runtime {
    assert.ok(this.#runtime, 'the runtime did not open');
    return this.#runtime;
  }

  compiling<T>(
    xml: string,
    options: CompileOptions,
    work: (compiled: CompiledModel) => Promise<T>,
  ): Promise<T> {
    return withModelFile(xml, async (path) => {
      const compiled = await this.runtime.compile(path, options);
      try {
        return await work(compiled);
      } finally {
        await compiled.dispose();
      }
    });
  }

  stepping(work: (request: InferRequest) => Promise<void>): Promise<void> {
    const options = { ...CPU, shapes: STEP_SHAPES };
    return this.compiling(STEP_MODEL, options, (compiled) => work(compiled.createRequest()));
  }

  heavy(work: (request: InferRequest) => Promise<void>): Promise<void> {
    return this.compiling(HEAVY_MODEL, HEAVY, (compiled) => work(identityIn(compiled.createRequest())));
  }
}

export function setStep(request: InferRequest, sample: readonly number[], timestep: bigint): void {
  (request.input('sample').data as Float32Array).set(sample);
  (request.input('timestep').data as BigInt64Array)[0] = timestep;
}

export function identityIn(request: InferRequest): InferRequest {
  const x = request.input('x').data as Float32Array;
  for (let index = 0; index < x.length; index += HEAVY_SIZE + 1) x[index] = 1;
  return request;
}

export function failsWith(code: RiffError['code'], message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof RiffError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  };
}
