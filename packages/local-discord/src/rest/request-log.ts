import type { Json } from '../json.ts';

export interface LoggedFile {
  readonly field: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

/** One request of the bot with its answer; the body as parsed, files without their bytes. */
export interface LoggedRequest {
  /** Epoch ms by the local Discord's clock. */
  readonly at: number;
  readonly method: string;
  /** Below /api/v10. */
  readonly path: string;
  /** Template of Discord's OpenAPI file; null for an unknown route. */
  readonly route: string | null;
  readonly query: string;
  readonly body: unknown;
  readonly files: readonly LoggedFile[];
  readonly status: number;
  readonly response: Json | undefined;
}

/** The number of requests that are kept; with bodies and answers they take some megabytes. */
const KEPT = 2000;

/** The latest requests, oldest first. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  add(request: LoggedRequest): void {
    this.#entries.push(request);
    if (this.#entries.length > KEPT) this.#entries.shift();
  }
}
