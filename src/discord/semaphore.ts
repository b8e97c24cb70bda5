/** Runs only so much work at once. The rest waits in order of arrival, but urgent work goes first. */
export class Semaphore {
  readonly #urgent: (() => void)[] = [];
  readonly #others: (() => void)[] = [];
  #free: number;

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  get waiting(): number {
    return this.#urgent.length + this.#others.length;
  }

  async run<T>(work: () => Promise<T>, isUrgent = false): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => (isUrgent ? this.#urgent : this.#others).push(go));
    try {
      return await work();
    } finally {
      // A place is handed on rather than freed, so that nothing new comes in between.
      const next = this.#urgent.shift() ?? this.#others.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
