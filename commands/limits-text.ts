import { inLocale } from '../src/messages/languages.ts';
import { queueTexts } from '../src/messages/queue.ts';
import type { QueueLimits } from '../src/queue/admission.ts';

/** The limits in force, including the bot's own; `guildId` null: in a DM. */
export function limitsText(limits: QueueLimits, guildId: string | null, locale: string): string {
  const { perUserWaiting, perGuildWaiting, perUserPerHour } = limits;
  const text = inLocale(queueTexts, locale);
  return guildId === null
    ? text.limits(perUserWaiting, perUserPerHour)
    : text.serverLimits(perUserWaiting, perGuildWaiting, perUserPerHour);
}
