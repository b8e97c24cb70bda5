import type { RESTOptions } from 'discord.js';
import { type Clock, msSince } from '../clock.ts';
import { RiffError } from '../errors.ts';
import type { Log } from '../log.ts';

type MakeRequest = RESTOptions['makeRequest'];

/** Discord bans an IP address for a while after 10,000 invalid responses in ten minutes; this is a fifth of that. */
const WINDOW_MS = 10 * 60_000;
const MAX_INVALID = 2000;
const INVALID_STATUSES = new Set([401, 403, 429]);

/**
 * Blocks all requests to Discord after 2,000 invalid responses (401, 403, 429 but of scope "shared") in ten minutes, or as
 * soon as the bot's token is refused. A 401 for an expired interaction token does not count as a refused bot token.
 */
export class InvalidRequestBreaker {
  readonly #clock: Clock;
  readonly #log: Log;
  /** Epoch ms of the invalid answers in the window, oldest first. */
  #invalidAt: number[] = [];
  /** Requests under way: each may turn out invalid, so they count as invalid. */
  #inFlight = 0;
  readonly #onTokenRefused: () => void;
  #isTokenRefused = false;

  constructor(clock: Clock, log: Log, onTokenRefused: () => void = () => {}) {
    this.#clock = clock;
    this.#log = log;
    this.#onTokenRefused = onTokenRefused;
  }

  /** Why requests are blocked now; null: they are not. */
  get reason(): string | null {
    if (this.#isTokenRefused) return "Discord refused the bot's token; no more requests until a restart";
    const now = this.#clock.now();
    while (msSince(this.#invalidAt[0] ?? now, now) > WINDOW_MS) this.#invalidAt.shift();
    if (this.#invalidAt.length + this.#inFlight < MAX_INVALID) return null;
    return `Discord refused ${MAX_INVALID} requests in ten minutes; requests are paused until the rate drops`;
  }

  guard(makeRequest: MakeRequest): MakeRequest {
    return async (url, init) => {
      const { reason } = this;
      if (reason !== null) throw new RiffError('discord_unreachable', `Discord: ${reason}`);
      this.#inFlight += 1;
      try {
        const response = await makeRequest(url, init);
        if (INVALID_STATUSES.has(response.status)) this.#count(response, init.headers as object);
        return response;
      } finally {
        // Only after the response is counted: otherwise another request could take this one's slot first.
        this.#inFlight -= 1;
      }
    };
  }

  #count(response: Awaited<ReturnType<MakeRequest>>, headers: object | null | undefined): void {
    if (response.headers.get('x-ratelimit-scope') === 'shared') return;
    this.#invalidAt.push(this.#clock.now());
    if (this.#invalidAt.length === MAX_INVALID)
      this.#log.error({}, 'too many invalid requests, the breaker opens');
    if (response.status === 401 && 'Authorization' in (headers ?? {})) {
      this.#isTokenRefused = true;
      this.#log.fatal({}, "Discord refused the bot's token, the breaker opens");
      this.#onTokenRefused();
    }
  }
}
