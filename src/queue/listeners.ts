import { messageOf } from '../errors.ts';
import type { QueueLog } from './queue-log.ts';

type Listener<Args extends readonly unknown[]> = (...args: Args) => void;

/** Typed listeners by event. A listener that throws is logged and stops nobody else. */
export class Listeners<Events extends { [Name in keyof Events]: readonly unknown[] }> {
  readonly #byEvent = new Map<keyof Events, Set<Listener<never>>>();
  readonly #log: QueueLog;

  constructor(log: QueueLog) {
    this.#log = log;
  }

  /** Returns the function that takes the listener off again. */
  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#byEvent.get(event) ?? new Set();
    this.#byEvent.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<Name extends keyof Events>(event: Name, ...args: Events[Name]): void {
    for (const listener of this.#byEvent.get(event) ?? []) {
      try {
        (listener as Listener<Events[Name]>)(...args);
      } catch (error) {
        this.#log.error({ event, error: messageOf(error) }, 'a queue listener threw');
      }
    }
  }
}
