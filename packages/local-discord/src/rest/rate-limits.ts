import type { Clock } from '../clock.ts';
import type { Route } from './route.ts';

export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Time until the next window. */
  readonly resetAfterMs: number;
  readonly resetAt: number;
  readonly bucket: string;
  readonly exceeded: boolean;
}

interface Bucket {
  /** Epoch ms. */
  readonly endsAt: number;
  used: number;
}

interface Limit {
  readonly count: number;
  readonly windowMs: number;
}

/** From reports of users and staff: Discord publishes no figures and tells bots to read the headers. */
const LIMITS: readonly (readonly [pattern: RegExp, limit: Limit])[] = [
  [/^POST \/channels\/\{channel_id\}\/messages$/, { count: 5, windowMs: 5000 }],
  [/^PATCH \/channels\/\{channel_id\}\/messages/, { count: 5, windowMs: 5000 }],
  [/^(POST|PATCH) \/webhooks\//, { count: 5, windowMs: 2000 }],
];
const GENEROUS: Limit = { count: 50, windowMs: 1000 };
/** Beyond this many buckets, those whose window is over are forgotten; every interaction token has its own bucket. */
const MAX_BUCKETS = 1000;
/** Path parameters with a separate bucket for each value. */
const MAJOR_PARAMETERS = ['channel_id', 'guild_id', 'webhook_id', 'webhook_token'];

/** Counts requests per bucket. Unless `strict`, limits are so high that none is exceeded. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();
  readonly #clock: Clock;
  readonly #strict: boolean;

  constructor(clock: Clock, strict: boolean) {
    this.#clock = clock;
    this.#strict = strict;
  }

  count(route: Route, params: Readonly<Record<string, string>>): RateLimitState {
    const name = `${route.method} ${route.template}`;
    const limit = this.#strict ? limitOf(name) : { count: Number.MAX_SAFE_INTEGER, windowMs: 1000 };
    const key = [name, ...MAJOR_PARAMETERS.map((parameter) => params[parameter] ?? '')].join(' ');
    const bucket = this.#bucket(key, limit.windowMs);
    bucket.used += 1;
    return {
      limit: limit.count,
      remaining: Math.max(0, limit.count - bucket.used),
      resetAfterMs: Math.max(0, bucket.endsAt - this.#clock.now()),
      resetAt: bucket.endsAt,
      bucket: Buffer.from(name).toString('base64url'),
      exceeded: bucket.used > limit.count,
    };
  }

  #bucket(key: string, windowMs: number): Bucket {
    const existing = this.#buckets.get(key);
    const now = this.#clock.now();
    if (existing && now < existing.endsAt) return existing;
    if (this.#buckets.size >= MAX_BUCKETS) this.#forgetEnded(now);
    const fresh = { endsAt: now + windowMs, used: 0 };
    this.#buckets.set(key, fresh);
    return fresh;
  }

  #forgetEnded(now: number): void {
    for (const [key, { endsAt }] of this.#buckets) if (endsAt <= now) this.#buckets.delete(key);
  }
}

function limitOf(name: string): Limit {
  return LIMITS.find(([pattern]) => pattern.test(name))?.[1] ?? GENEROUS;
}

export function rateLimitHeaders(state: RateLimitState): Record<string, string> {
  return {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': (state.resetAt / 1000).toFixed(3),
    'x-ratelimit-reset-after': (state.resetAfterMs / 1000).toFixed(3),
    'x-ratelimit-bucket': state.bucket,
  };
}
