import type { Json } from '../json.ts';

export interface ScriptedFailure {
  readonly status: number;
  /** How often; default 1. */
  readonly times?: number;
  /** For 429. */
  readonly retryAfterMs?: number;
  readonly body?: Json;
  /** `after`: the request is carried out and only its answer is lost. Default `before`. */
  readonly when?: 'before' | 'after';
}

interface Pending {
  readonly route: string | RegExp;
  readonly failure: ScriptedFailure;
  left: number;
}

/** Failures that a test ordered in advance. */
export class ScriptedFailures {
  readonly #pending: Pending[] = [];

  /**
   * Route: `METHOD /template` as in the OpenAPI file, or a pattern on `METHOD /path`. The returned function takes back
   * what has not been used up.
   */
  add(route: string | RegExp, failure: ScriptedFailure): () => void {
    const pending = { route, failure, left: failure.times ?? 1 };
    this.#pending.push(pending);
    return () => {
      pending.left = 0;
    };
  }

  /** The failure for this request, used up; null when it may pass. */
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
