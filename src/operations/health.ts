import { type Clock, msSince } from '../clock.ts';
import type { EngineEvent } from '../engine/supervisor.ts';
import { messageOf } from '../errors.ts';
import { english } from '../messages/wording.ts';
import type { QueueHealth } from '../queue/contract.ts';
import type { JobStore } from '../queue/job-store.ts';

/** Ready: a command would bring a riff. Degraded: it would, but an operator should look. Unready: it would not. */
export type Health =
  | { readonly kind: 'ready' }
  | { readonly kind: 'degraded'; readonly reasons: readonly string[] }
  | { readonly kind: 'unready'; readonly reasons: readonly string[] };

export interface HealthSources {
  readonly now: () => number;
  /** Commands have been answered since the start. */
  readonly isStarted: () => boolean;
  /** Epoch ms; null: the gateway is connected. */
  readonly gatewayAwaySince: () => number | null;
  /** Why no requests go to Discord at present; null: they do. */
  readonly breakerReason: () => string | null;
  readonly engineTroubles: () => readonly string[];
  readonly queue: () => QueueHealth;
  /** What is wrong with the store. */
  readonly storeTroubles: () => Promise<readonly string[]>;
  /** Which changes to the store were lost before this start; null: none that is known. */
  readonly lostChanges: () => string | null;
}

/** A shorter disconnection is being resumed; Discord sends the missed events then. */
const GATEWAY_PATIENCE_MS = 2 * 60_000;
/** A finished riff that is undelivered for longer is worth an operator's look. */
const DELIVERY_PATIENCE_MS = 60_000;

/** Why a command would bring no riff at present. Cheap: it reads no file. */
export function unreadyReasons(sources: HealthSources): readonly string[] {
  if (!sources.isStarted()) return ['the bot is starting'];
  const awaySince = sources.gatewayAwaySince();
  const isAway = awaySince !== null && msSince(awaySince, sources.now()) > GATEWAY_PATIENCE_MS;
  const breaker = sources.breakerReason();
  const { blocked } = sources.queue();
  return [
    ...(isAway ? [`the gateway is not connected since ${timeOf(awaySince)}`] : []),
    ...(breaker === null ? [] : [breaker]),
    ...(blocked === null ? [] : [`nothing is started since ${timeOf(blocked.since)}: ${blocked.reason}`]),
  ];
}

/** All that an operator should know. */
export async function findHealth(sources: HealthSources): Promise<Health> {
  const unready = [...unreadyReasons(sources), ...(await sources.storeTroubles())];
  const reasons = [...unready, ...degradedReasons(sources)];
  if (unready.length > 0) return { kind: 'unready', reasons };
  return reasons.length > 0 ? { kind: 'degraded', reasons } : { kind: 'ready' };
}

function degradedReasons(sources: HealthSources): readonly string[] {
  const now = sources.now();
  const awaySince = sources.gatewayAwaySince();
  const isResuming = awaySince !== null && msSince(awaySince, now) <= GATEWAY_PATIENCE_MS;
  const { undelivered, oldestUndeliveredSince: oldest, recentStoreFaults } = sources.queue();
  const lost = sources.lostChanges();
  const isLate = oldest !== null && msSince(oldest, now) > DELIVERY_PATIENCE_MS;
  return [
    ...(isResuming ? ['the gateway is not connected'] : []),
    ...(isLate
      ? [
          `${english.counted(undelivered, 'finished riff is', 'finished riffs are')} not delivered, the oldest since ${timeOf(oldest)}`,
        ]
      : []),
    ...(recentStoreFaults > 0
      ? [`the store failed ${english.counted(recentStoreFaults, 'time')} in the last minute`]
      : []),
    ...(lost === null ? [] : [lost]),
    ...sources.engineTroubles(),
  ];
}

function timeOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

const PROBE_AGE_MS = 10_000;

/** Whether the store can be written. Tries at most every 10 s, because each try costs an fsync. */
export class StoreProbe {
  readonly #store: Pick<JobStore, 'checkWritable'>;
  readonly #clock: Pick<Clock, 'now'>;
  #probedAt = Number.NEGATIVE_INFINITY;
  #trouble: Promise<string | null> = Promise.resolve(null);

  constructor(store: Pick<JobStore, 'checkWritable'>, clock: Pick<Clock, 'now'>) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Null: it can. */
  trouble(): Promise<string | null> {
    const now = this.#clock.now();
    if (msSince(this.#probedAt, now) >= PROBE_AGE_MS) {
      this.#probedAt = now;
      this.#trouble = this.#store.checkWritable().then(() => null, messageOf);
    }
    return this.#trouble;
  }
}

/** Follows the events of the engines' processes; a planned replacement is no trouble. */
export class EngineMonitor {
  readonly #troubles = new Map<number, string>();

  observe(slot: number, event: EngineEvent): void {
    switch (event.kind) {
      case 'ready':
        this.#troubles.delete(slot);
        break;
      case 'backing_off':
        this.#troubles.set(
          slot,
          `engine ${slot} backs off for ${event.afterMs / 1000} s: ${event.fault.message}`,
        );
        break;
      case 'ended':
        if (!event.expected) this.#troubles.set(slot, `engine ${slot} is being restarted`);
        break;
      case 'started':
        if (this.#troubles.has(slot)) this.#troubles.set(slot, `engine ${slot} is being restarted`);
    }
  }

  troubles(): readonly string[] {
    return [...this.#troubles.values()];
  }
}
