import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATE_WORD_MS, lateWordInMs } from '../../src/discord/live-card.ts';
import { TOKEN_LIFE_MS } from '../../src/discord/reply.ts';

test('the last word comes before the answer closes, also after the clock was set back or ahead', () => {
  const tokenExpiresAt = 50 * 24 * 3_600_000;
  const whole = TOKEN_LIFE_MS - LATE_WORD_MS;
  const inMs = (leftMs: number) => lateWordInMs({ tokenExpiresAt }, tokenExpiresAt - leftMs);
  assert.deepEqual([60_000, 1000, TOKEN_LIFE_MS].map(inMs), [60_000 - LATE_WORD_MS, 0, whole]);
  // 40 days are more than a timer can wait.
  assert.deepEqual([40 * 24 * 3_600_000, -3_600_000].map(inMs), [whole, whole]);
});
