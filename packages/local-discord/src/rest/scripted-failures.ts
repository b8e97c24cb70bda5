import type { Json } from '../json.ts';

export interface ScriptedFailure {
  readonly status: number;
  /** How many requests fail; default 1. */
  readonly times?: number;
  /** For status 429. */
  readonly retryAfterMs?: number;
  readonly body?: Json;
  /** `after`: the request is carried out, but its answer is the failure. Default `before`. */
  readonly when?: 'before' | 'after';
}

interface Pending {
  readonly route: string | RegExp;
  readonly failure: ScriptedFailure;
  left: number;
}

/** Failures that a test has scheduled. */
export class ScriptedFailures {
  readonly #pending: Pending[] = [];

  /**
   * `route`: `METHOD /template` as in the OpenAPI file, or a pattern for `METHOD /path`. The returned function cancels the
   * failures that are left.
   */
  add(route: string | RegExp, failure: ScriptedFailure): () => void {
    const pending = { route, failure, left: failure.times ?? 1 };
    this.#pending.push(pending);
    return () => {
      pending.left = 0;
    };
  }

  /** Takes the failure for this request; null: the request succeeds. */
  take(method: string, template: string, path: string): ScriptedFailure | null {
    const found = this.#pending.find(({ route, left }) => {
      if (left === 0) return false;
      return typeof route === 'string' ? route === `${method} ${template}` : route.test(`${method} ${path}`);
    });
    if (!found) return null;
    found.left -= 1;
    if (found.left === 0) this.#pending.splice(this.#pending.indexOf(found), 1);
    return found.failure;
  }
}
