import type { QueueLimits } from '../src/queue/admission.ts';

/** The limits in force, including the bot's own; `guildId` null: in a DM. */
export function limitsText(limits: QueueLimits, guildId: string | null): string {
  const server = guildId === null ? '' : ` and ${limits.perGuildWaiting} per server`;
  return `**Limits:** up to ${limits.perUserWaiting} waiting per user${server}; up to ${limits.perUserPerHour} requests per user per hour`;
}
