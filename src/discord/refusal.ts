import type { Refused } from '../queue/admission.ts';
import { quotedText } from './safe-text.ts';
import { punctuated, relativeTime } from './text.ts';

const REASON_LENGTH = 500;
const MINUTE_MS = 60_000;

/** The refusal as a sentence, with the moderator's reason if there is one and the time to try again. */
export function refusalText({ message, moderatorReason, retryAfterMs }: Refused, now: number): string {
  const reason =
    moderatorReason === '' ? '' : ` ${punctuated(`Reason: ${quotedText(moderatorReason, REASON_LENGTH)}`)}`;
  return `${message}${reason}${retryText(retryAfterMs, now)}`;
}

/** A short wait shows no time: the timestamp would soon read "20 seconds ago". */
function retryText(retryAfterMs: number | null, now: number): string {
  if (retryAfterMs === null) return '';
  return retryAfterMs < MINUTE_MS
    ? ' Try again in a moment.'
    : ` Try again ${relativeTime(now + retryAfterMs)}.`;
}
