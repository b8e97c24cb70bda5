import type { QueueLimits } from './admission.ts';
import type { GuildSettingsStore } from './guild-settings.ts';

/**
 * The limits that hold in a guild (null: DMs). A guild may be stricter than the operator, never laxer: the limits of a
 * person count across all guilds, and one guild must not open them for the others.
 */
export function guildLimits(
  operator: QueueLimits,
  settings: Pick<GuildSettingsStore, 'get'>,
): (guildId: string | null) => QueueLimits {
  return (guildId) => {
    if (guildId === null) return operator;
    const own = settings.get(guildId);
    const lower = (limit: number, ceiling: number | null): number => Math.min(limit, ceiling ?? limit);
    return {
      perUserWaiting: lower(operator.perUserWaiting, own.perUserWaiting),
      perGuildWaiting: lower(operator.perGuildWaiting, own.perGuildWaiting),
      perUserPerHour: lower(operator.perUserPerHour, own.perUserPerHour),
      totalWaiting: operator.totalWaiting,
    };
  };
}
