import { RiffError } from '../errors.ts';
import { LiveModel, type NativeModel } from './live-model.ts';
import type { CompiledModel } from './runtime.ts';

/** A binding's core. Disposing waits for work that uses it and disposes of the models compiled by it first. */
export class LiveCore<Core> {
  readonly #compiled = new Set<CompiledModel>();
  readonly #pending = new Set<Promise<unknown>>();
  #core: Core | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Runs work that dispose() waits for. Rejects with RiffError('openvino_failed') after dispose(). */
  use<T>(work: (core: Core) => Promise<T>): Promise<T> {
    if (this.#core === undefined) {
      return Promise.reject(
        new RiffError(
          'openvino_failed',
          'runtime: expected a live one, got one that was disposed; open another',
        ),
      );
    }
    const running = work(this.#core);
    this.#pending.add(running);
    return running.finally(() => this.#pending.delete(running));
  }

  own(native: NativeModel): CompiledModel {
    const compiled = new LiveModel(native, (gone) => this.#compiled.delete(gone));
    this.#compiled.add(compiled);
    return compiled;
  }

  async dispose(free: (core: Core) => void = () => {}): Promise<void> {
    await Promise.allSettled([...this.#pending]);
    await Promise.all([...this.#compiled].map((compiled) => compiled.dispose()));
    if (this.#core !== undefined) free(this.#core);
    this.#core = undefined;
  }
}
