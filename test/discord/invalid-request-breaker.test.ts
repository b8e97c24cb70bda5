import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { InvalidRequestBreaker } from '../../src/discord/invalid-request-breaker.ts';
import { createLog } from '../../src/log.ts';

const WITH_TOKEN = { headers: { Authorization: 'Bot x' } };
const MINUTE_MS = 60_000;

function setUp(answer: () => Response, jumpMs = 0) {
  let skewMs = 0;
  const manual = createManualClock();
  const clock = {
    ...manual,
    now: () => manual.now() + skewMs,
    setBack() {
      skewMs = jumpMs;
    },
  };
  let made = 0;
  const breaker = new InvalidRequestBreaker(clock, createLog('silent'));
  const request = breaker.guard(async () => {
    made += 1;
    return answer();
  });
  return { clock, request, made: () => made };
}

async function storm(
  request: ReturnType<typeof setUp>['request'],
  times: number,
  init: object,
): Promise<void> {
  for (let n = 0; n < times; n++) await request('http://discord', init).catch(() => {});
}

test('a storm of 50,000 refusals makes 2,000 requests', async () => {
  const { request, made } = setUp(() => new Response('', { status: 403 }));
  await storm(request, 50_000, WITH_TOKEN);
  assert.equal(made(), 2000);
});

test('refusals that are still on their way count, so a storm at once makes no more', async () => {
  const refused = Promise.withResolvers<void>();
  let made = 0;
  const breaker = new InvalidRequestBreaker(createManualClock(), createLog('silent'));
  const request = breaker.guard(async () => {
    made += 1;
    await refused.promise;
    return new Response('', { status: 403 });
  });
  const storm = Array.from({ length: 5000 }, () => request('http://discord', WITH_TOKEN).catch(() => null));
  refused.resolve();
  await Promise.all(storm);
  assert.equal(made, 2000);
  assert.match(breaker.reason ?? '', /refused 2000 requests/);
});

test('it opens again for requests when the refusals are ten minutes old', async () => {
  const { clock, request, made } = setUp(() => new Response('', { status: 429 }));
  await storm(request, 1000, {});
  clock.advance(5 * MINUTE_MS);
  await storm(request, 2000, {});
  assert.equal(made(), 2000);
  clock.advance(5 * MINUTE_MS + 1);
  await storm(request, 5000, {});
  assert.equal(made(), 3000);
});

test('a clock that is set back does not keep old refusals in the count', async () => {
  const { clock, request, made } = setUp(() => new Response('', { status: 429 }), -24 * 60 * MINUTE_MS);
  await storm(request, 1999, {});
  clock.setBack();
  await storm(request, 1999, {});
  assert.equal(made(), 3998);
});

test('the first refusal of the own token is the last request', async () => {
  const { clock, request, made } = setUp(() => new Response('', { status: 401 }));
  await storm(request, 10, WITH_TOKEN);
  clock.advance(60 * MINUTE_MS);
  await storm(request, 10, WITH_TOKEN);
  assert.equal(made(), 1);
});

test('an interaction token that ended, a shared limit and ordinary answers open nothing', async () => {
  const shared = { status: 429, headers: { 'x-ratelimit-scope': 'shared' } };
  for (const init of [shared, { status: 404 }, { status: 500 }, { status: 200 }]) {
    const { request, made } = setUp(() => new Response('', init));
    await storm(request, 3000, WITH_TOKEN);
    assert.equal(made(), 3000);
  }
  const { request, made } = setUp(() => new Response('', { status: 401 }));
  await storm(request, 10, {});
  assert.equal(made(), 10);
});
