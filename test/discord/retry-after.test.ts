import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRetryAfter } from '../../src/discord/retry-after.ts';

/** The Retry-After that the REST client sees of such an answer. */
async function seen(status: number, given: string | null): Promise<string | null> {
  const headers = new Headers(given === null ? {} : { 'retry-after': given });
  const answer = await withRetryAfter(async () => new Response('<html>', { status, headers }))(
    'http://x',
    {},
  );
  return answer.headers.get('retry-after');
}

test('a rate limit without a time, or with one that is no number of seconds, gets one', async () => {
  for (const given of [null, '', '0', 'soon', 'Fri, 31 Dec 2027 23:59:59 GMT', '-1'])
    assert.ok(Number(await seen(429, given)) > 0, String(given));
});

test('what Discord says is left as it is', async () => {
  assert.equal(await seen(429, '0.25'), '0.25');
  assert.equal(await seen(429, '3600'), '3600');
  assert.equal(await seen(200, null), null);
  assert.equal(await seen(503, null), null);
});
