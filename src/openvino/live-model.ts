import { CancelledError, RiffError } from '../errors.ts';
import { portIndex } from './ports.ts';
import type { CompiledModel, InferRequest, ModelPorts, Port, Tensor } from './runtime.ts';

/** A compiled model as a binding gives it; its ports have static shapes. */
export interface NativeModel extends ModelPorts {
  createRequest(): NativeRequest;
  property(key: string): string;
  free(): void;
  /** Nobody reads it: what must not be collected while the model is in use. */
  readonly keepsAlive?: unknown;
}

/** A request as a binding gives it, with its tensors bound in the order of the ports. */
export interface NativeRequest {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Runs once. Rejects with CancelledError if a cancel() stopped it, with RiffError('openvino_failed') if it failed. */
  run(): Promise<void>;
  /** Stops a run as soon as the binding can. */
  cancel(): void;
  free(): void;
  readonly keepsAlive?: unknown;
}

/** A compiled model of either binding. Disposing of it disposes of its requests first. */
export class LiveModel implements CompiledModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #requests = new Set<LiveRequest>();
  readonly #onDispose: (model: LiveModel) => void;
  #native: NativeModel | undefined;

  constructor(native: NativeModel, onDispose: (model: LiveModel) => void) {
    this.inputs = native.inputs;
    this.outputs = native.outputs;
    this.#native = native;
    this.#onDispose = onDispose;
  }

  createRequest(): InferRequest {
    const native = live(this.#native, 'compiled model', 'compile again').createRequest();
    const request = new LiveRequest(native, this, (gone) => this.#requests.delete(gone));
    this.#requests.add(request);
    return request;
  }

  property(key: string): string {
    return live(this.#native, 'compiled model', 'compile again').property(key);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#requests].map((request) => request.dispose()));
    this.#native?.free();
    this.#native = undefined;
    this.#onDispose(this);
  }
}

class LiveRequest implements InferRequest {
  readonly #ports: ModelPorts;
  readonly #onDispose: (request: LiveRequest) => void;
  #native: NativeRequest | undefined;
  #running: Promise<void> | undefined;
  #cancelled = false;

  constructor(native: NativeRequest, ports: ModelPorts, onDispose: (request: LiveRequest) => void) {
    this.#native = native;
    this.#ports = ports;
    this.#onDispose = onDispose;
  }

  input(port: string | number): Tensor {
    return this.#live().inputs[portIndex(this.#ports.inputs, 'input', port)]!;
  }

  output(port: string | number): Tensor {
    return this.#live().outputs[portIndex(this.#ports.outputs, 'output', port)]!;
  }

  async infer(): Promise<void> {
    const native = this.#live();
    if (this.#running !== undefined) {
      throw new RiffError(
        'openvino_failed',
        'infer request: expected an idle one, got a running one; await infer()',
      );
    }
    this.#cancelled = false;
    this.#running = native.run();
    try {
      await this.#running;
    } catch (error) {
      if (!this.#cancelled) throw error;
    } finally {
      this.#running = undefined;
    }
    if (this.#cancelled) throw new CancelledError('inference cancelled');
  }

  cancel(): void {
    if (this.#running === undefined) return;
    this.#cancelled = true;
    this.#native?.cancel();
  }

  async dispose(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => undefined);
    this.#native?.free();
    this.#native = undefined;
    this.#onDispose(this);
  }

  #live(): NativeRequest {
    return live(this.#native, 'infer request', 'create another');
  }
}

function live<T>(native: T | undefined, what: string, fix: string): T {
  if (native !== undefined) return native;
  throw new RiffError('openvino_failed', `${what}: expected a live one, got one that was disposed; ${fix}`);
}
