/** What a guild or the bot allows. `perUser…` counts across all guilds and DMs. */
export interface QueueLimits {
  readonly perUserWaiting: number;
  /** Does not hold in DMs. */
  readonly perGuildWaiting: number;
  /** Accepted jobs in any 60 minutes. */
  readonly perUserPerHour: number;
  readonly totalWaiting: number;
}

export const DEFAULT_LIMITS: QueueLimits = {
  perUserWaiting: 3,
  perGuildWaiting: 25,
  perUserPerHour: 30,
  totalWaiting: 200,
};
