import type { HealthSources } from '../../src/operations/health.ts';

export const QUEUE_AT_EASE = {
  blocked: null,
  undelivered: 0,
  oldestUndeliveredSince: null,
  recentStoreFaults: 0,
} as const;

/** Nothing is wrong with this bot; its clock stands at 1970-01-01 00:10. */
export const WELL: HealthSources = {
  now: () => 600_000,
  isStarted: () => true,
  gatewayAwaySince: () => null,
  breakerReason: () => null,
  engineTroubles: () => [],
  queue: () => QUEUE_AT_EASE,
  storeTroubles: async () => [],
  lostChanges: () => null,
};
