import type { AddonInferRequest, AddonTensor } from '../../../src/openvino/node-addon/addon.ts';
import type { CompiledModel, InferRequest, TensorData } from '../../../src/openvino/runtime.ts';
import { asTensor, type StandInTensor } from './tensor.ts';

/** Around every run in the process, as in the genuine one: it has one stream. */
let lastRun: Promise<unknown> = Promise.resolve();

/** Native memory goes when the collector finds the object, and not before. */
const collected = new FinalizationRegistry<InferRequest>((request) => void request.dispose());

export class StandInInferRequest implements AddonInferRequest {
  readonly #request: InferRequest;
  readonly #hasNamelessOutput: boolean;
  readonly #outputs = new Map<number, StandInTensor>();

  constructor(compiled: CompiledModel, hasNamelessOutput: boolean) {
    this.#request = compiled.createRequest();
    collected.register(this, this.#request);
    this.#hasNamelessOutput = hasNamelessOutput;
  }

  setOutputTensor(index: number, tensor: AddonTensor): void {
    this.#outputs.set(index, asTensor(tensor));
  }

  /** Tensors go in by the order of the list, or of an object's keys, whatever these are called. */
  inferAsync(inputs: readonly AddonTensor[] | Readonly<Record<string, AddonTensor>>): Promise<unknown> {
    const tensors = Object.values(inputs).map(asTensor);
    const run = lastRun.then(() => this.#run(tensors));
    lastRun = run.catch(() => undefined);
    return run;
  }

  async #run(tensors: readonly StandInTensor[]): Promise<unknown> {
    const request = this.#request;
    for (const [index, { memory }] of tensors.entries()) copy(memory, request.input(index).data);
    await request.infer();
    for (const [index, { memory }] of this.#outputs) copy(request.output(index).data, memory);
    if (this.#hasNamelessOutput) throw new Error('Attempt to get a name for a Tensor without names');
    return [...this.#outputs.values()].map(({ data }) => data);
  }
}

function copy(from: TensorData, to: TensorData): void {
  if (from.constructor !== to.constructor) {
    throw new Error('Exception from src/infer_request.cpp:66:\nThe input tensor does not fit its port');
  }
  (to as Float32Array).set(from as Float32Array);
}
