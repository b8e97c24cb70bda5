const WINDOW_MS = 60_000;
const KEPT = 100;

/** How often a store failed within the last minute; a changed date does not matter. */
export class RecentFaults {
  /** Monotonic ms, the newest last. */
  #at: readonly number[] = [];

  get count(): number {
    const since = performance.now() - WINDOW_MS;
    return this.#at.filter((at) => at > since).length;
  }

  note(): void {
    this.#at = [...this.#at.slice(1 - KEPT), performance.now()];
  }
}
