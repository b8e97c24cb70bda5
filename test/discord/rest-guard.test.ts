import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import type { Clock } from '../../src/clock.ts';
import { inLine, RestGuard, type RestGuardOptions } from '../../src/discord/rest-guard.ts';
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
  const { request } = guarded(async () => {
    made += 1;
    return answer();
  }, clock);
  return { clock, request, made: () => made };
}

function guarded(
  makeRequest: RestGuardOptions['makeRequest'],
  clock: Clock = createManualClock(),
): RestGuard {
  return new RestGuard({ makeRequest, clock, log: createLog('silent') });
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
  const guard = guarded(async () => {
    made += 1;
    await refused.promise;
    return new Response('', { status: 403 });
  });
  const storm = Array.from({ length: 5000 }, () =>
    guard.request('http://discord', WITH_TOKEN).catch(() => null),
  );
  refused.resolve();
  await Promise.all(storm);
  assert.equal(made, 2000);
  assert.match(guard.reason ?? '', /refused 2000 requests/);
});

test('requests go out again when the refusals are ten minutes old', async () => {
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

test('an ended interaction token, a shared limit and ordinary answers do not stop requests', async () => {
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

/** The Retry-After that the REST client sees of such an answer. */
async function seen(status: number, given: string | null): Promise<string | null> {
  const headers = new Headers(given === null ? {} : { 'retry-after': given });
  const answer = await guarded(async () => new Response('<html>', { status, headers })).request('http://x', {
    headers: {},
  });
  return answer.headers.get('retry-after');
}

test('a rate limit without a time, or with one that is no number of seconds, gets one', async () => {
  for (const given of [null, '', '0', 'soon', 'Fri, 31 Dec 2027 23:59:59 GMT', '-1'])
    assert.ok(Number(await seen(429, given)) > 0, String(given));
});

test('a time that Discord gives, and an answer without a rate limit, stay as they are', async () => {
  assert.equal(await seen(429, '0.25'), '0.25');
  assert.equal(await seen(429, '3600'), '3600');
  assert.equal(await seen(200, null), null);
  assert.equal(await seen(503, null), null);
});

test('a form becomes bytes under its own boundary, and keeps its headers', async () => {
  const form = new FormData();
  form.append('files[0]', new Blob([new Uint8Array([1, 2, 3])]), 'a.wav');
  let seen: { body?: unknown; headers?: unknown } = {};
  const { request } = guarded(async (_url, init) => {
    seen = init;
    return new Response('');
  });
  await request('http://discord', {
    method: 'POST',
    body: form as never,
    headers: { Authorization: 'Bot x' },
  });
  assert.ok(seen.body instanceof Uint8Array);
  const headers = new Headers(seen.headers as Record<string, string>);
  assert.equal(headers.get('authorization'), 'Bot x');
  const read = await new Response(new Uint8Array(seen.body), { headers }).formData();
  const file = read.get('files[0]') as File;
  assert.equal(file.name, 'a.wav');
  assert.deepEqual([...new Uint8Array(await file.arrayBuffer())], [1, 2, 3]);
});

test('other bodies pass as they are', async () => {
  const init = { method: 'POST', body: '{}' };
  let seen: unknown;
  await guarded(async (_url, given) => {
    seen = given;
    return new Response('');
  }).request('http://discord', init);
  assert.equal(seen, init);
});

const CALLBACK = 'https://discord.com/api/v10/interactions/1/token/callback';
const CARD = 'https://discord.com/api/v10/webhooks/1/token/messages/@original';
const settled = () => new Promise(setImmediate);

/** Requests that stay under way until `finish` ends the oldest of them. */
function slowNetwork() {
  const started: string[] = [];
  const underWay: ((failed: boolean) => void)[] = [];
  const request = inLine(async (url) => {
    started.push(url);
    const failed = await new Promise<boolean>((resolve) => underWay.push(resolve));
    if (failed) throw new Error('cut');
    return new Response(null, { status: 204 });
  }, 2);
  const send = (url: string) => request(url, {}).catch(() => null);
  const finish = async (failed = false): Promise<void> => {
    underWay.shift()?.(failed);
    await settled();
  };
  return { started, send, finish };
}

test('an answer goes before cards that wait longer, and only so many are under way', async () => {
  const { started, send, finish } = slowNetwork();
  for (const url of [CARD, CARD, CARD, CARD, CALLBACK]) void send(url);
  await settled();
  assert.deepEqual(started, [CARD, CARD]);
  await finish();
  assert.deepEqual(started.slice(2), [CALLBACK]);
  await finish();
  assert.deepEqual(started.slice(3), [CARD]);
});

test('a request that fails makes room like any other', async () => {
  const { started, send, finish } = slowNetwork();
  for (const url of [CARD, CARD, CALLBACK]) void send(url);
  await settled();
  await finish(true);
  assert.equal(started.length, 3);
  await finish();
  await finish();
  void send(CALLBACK);
  void send(CALLBACK);
  void send(CALLBACK);
  await settled();
  assert.equal(started.length, 5);
});
