import type { EngineEvent } from '../engine/supervisor.ts';
import { messageOf } from '../errors.ts';
import type { Hold } from '../queue/contract.ts';
import type { SqliteDatabase } from '../store/sqlite/sqlite.ts';

/** Live: the process answers. Ready: a command would be taken. Degraded: it works, but an operator should look. */
export type Health =
  | { readonly kind: 'ready' }
  | { readonly kind: 'degraded'; readonly reasons: readonly string[] }
  | { readonly kind: 'unready'; readonly reasons: readonly string[] };

export interface HealthSources {
  readonly gatewayIsOpen: () => boolean;
  /** Why no requests go to Discord at present; null: they do. */
  readonly breakerReason: () => string | null;
  readonly engineTroubles: () => readonly string[];
  readonly hold: () => Hold | null;
  readonly database: Pick<SqliteDatabase, 'integrityCheck' | 'probeWrite'>;
}

/** A store that cannot be trusted or written makes the bot unready: it would have to refuse every command. */
export function findHealth(sources: HealthSources): Health {
  const storeTroubles = troublesOf(sources.database);
  if (storeTroubles.length > 0) return { kind: 'unready', reasons: storeTroubles };
  const breaker = sources.breakerReason();
  const hold = sources.hold();
  const reasons = [
    ...(sources.gatewayIsOpen() ? [] : ['the gateway is not connected']),
    ...(breaker === null ? [] : [breaker]),
    ...(hold === null ? [] : [heldSentence(hold)]),
    ...sources.engineTroubles(),
  ];
  return reasons.length > 0 ? { kind: 'degraded', reasons } : { kind: 'ready' };
}

function heldSentence({ since, reason }: Hold): string {
  return `the queue is held since ${new Date(since).toISOString()}: ${reason}`;
}

function troublesOf(database: HealthSources['database']): readonly string[] {
  try {
    database.probeWrite();
    return database
      .integrityCheck()
      .slice(0, 1)
      .map((finding) => `the store is damaged: ${finding}`);
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What each engine's process is up to, from its events; a planned replacement is no trouble. */
export class EngineSight {
  readonly #troubles = new Map<number, string>();

  see(slot: number, event: EngineEvent): void {
    switch (event.kind) {
      case 'ready':
        this.#troubles.delete(slot);
        break;
      case 'resting':
        this.#troubles.set(slot, `engine ${slot} rests ${event.afterMs / 1000} s: ${event.fault.message}`);
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
