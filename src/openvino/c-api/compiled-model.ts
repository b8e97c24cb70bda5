import { RiffError } from '../../errors.ts';
import { renamed } from '../ports.ts';
import type { CompiledModel, InferRequest, ModelPorts, Port } from '../runtime.ts';
import { CApiInferRequest } from './infer-request.ts';
import { check, type Handle, type OpenVinoFunctions, type Out, takeString } from './library.ts';
import { readPorts } from './ports.ts';

export class CApiCompiledModel implements CompiledModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #functions: OpenVinoFunctions;
  readonly #requests = new Set<CApiInferRequest>();
  readonly #onDispose: (compiled: CApiCompiledModel) => void;
  #handle: Handle<'compiled model'> | undefined;

  /**
   * Takes ownership of the handle. `named`: the ports of the model as read from file, since a compiled model may report
   * another name for a port that was merged with others.
   */
  constructor(
    functions: OpenVinoFunctions,
    handle: Handle<'compiled model'>,
    named: ModelPorts,
    onDispose: (compiled: CApiCompiledModel) => void,
  ) {
    this.#functions = functions;
    this.#handle = handle;
    this.#onDispose = onDispose;
    try {
      const { compiledInputs, compiledOutputs } = functions;
      this.inputs = renamed(readPorts(functions, handle, compiledInputs, 'input'), named.inputs);
      this.outputs = renamed(readPorts(functions, handle, compiledOutputs, 'output'), named.outputs);
    } catch (error) {
      functions.compiledFree(handle);
      throw error;
    }
  }

  createRequest(): InferRequest {
    const request = new CApiInferRequest(this.#functions, this.#live(), this, (gone) =>
      this.#requests.delete(gone),
    );
    this.#requests.add(request);
    return request;
  }

  property(key: string): string {
    const value: Out<bigint> = [null];
    const status = this.#functions.compiledProperty(this.#live(), key, value);
    check(this.#functions, status, `read the property ${key}`);
    return takeString(this.#functions, value[0]);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#requests].map((request) => request.dispose()));
    if (this.#handle === undefined) return;
    this.#functions.compiledFree(this.#handle);
    this.#handle = undefined;
    this.#onDispose(this);
  }

  #live(): Handle<'compiled model'> {
    if (this.#handle !== undefined) return this.#handle;
    throw new RiffError(
      'openvino_failed',
      'compiled model: expected a live one, got one that was disposed; compile again',
    );
  }
}
