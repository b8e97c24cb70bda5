import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { ConfigError } from '../../src/errors.ts';
import type { HealthSources } from '../../src/operations/health.ts';
import { startHealthServer } from '../../src/operations/health-server.ts';
import type { Metrics } from '../../src/operations/metrics.ts';
import { WELL } from './well-bot.ts';

const METRICS: Metrics = {
  render: async () => 'riff_up 1\n',
  contentType: 'text/plain; version=0.0.4',
  engineEnded() {},
};

const BREAKER_OPEN: Partial<HealthSources> = { breakerReason: () => 'Discord refused 2000 requests' };
const ENGINE_BACKS_OFF: Partial<HealthSources> = { engineTroubles: () => ['engine 0 backs off for 4 s'] };

const CASES: readonly [what: string, sources: Partial<HealthSources>, statuses: readonly number[]][] = [
  ['all is well', {}, [200, 200, 200]],
  ['an operator should look', ENGINE_BACKS_OFF, [200, 200, 200]],
  ['no riff would come', BREAKER_OPEN, [200, 503, 503]],
];

for (const [what, sources, statuses] of CASES) {
  test(`/live, /ready and /health answer ${statuses.join(', ')} when ${what}`, async () => {
    await using server = await serving(sources);
    const answers = await Promise.all(['/live', '/ready', '/health'].map((path) => fetch(server.url + path)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      statuses,
    );
  });
}

test('/health says why, and /ready does in a text', async () => {
  await using server = await serving(BREAKER_OPEN);
  const reasons = ['Discord refused 2000 requests'];
  assert.deepEqual(await (await fetch(`${server.url}/health`)).json(), { kind: 'unready', reasons });
  assert.equal(await (await fetch(`${server.url}/ready`)).text(), `${reasons}\n`);
});

test('/live and /ready answer even where the store cannot be looked at, and that is a 500 on /health', async () => {
  const storeTroubles = async () => {
    throw new Error('the store is locked');
  };
  await using server = await serving({ storeTroubles });
  const answers = await Promise.all(['/live', '/ready', '/health'].map((path) => fetch(server.url + path)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 500],
  );
});

test('/metrics carries what Prometheus scrapes, and an unknown path says what there is', async () => {
  await using server = await serving({});
  const metrics = await fetch(`${server.url}/metrics`);
  assert.equal(metrics.headers.get('content-type'), METRICS.contentType);
  assert.equal(await metrics.text(), 'riff_up 1\n');
  const unknown = await fetch(`${server.url}/secrets`);
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /expected \/live/);
});

test('a page elsewhere that rebound its name reads nothing', async () => {
  await using server = await serving({});
  const { port } = new URL(server.url);
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost.evil:80',
  ]) {
    for (const path of ['/live', '/ready', '/health', '/metrics'])
      assert.equal(await statusOf(server.url + path, { headers: { host } }), 403, `${host} ${path}`);
  }
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`])
    assert.equal(await statusOf(`${server.url}/health`, { headers: { host } }), 200, host);
});

test('only reading is answered', async () => {
  await using server = await serving({});
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
    assert.equal(await statusOf(`${server.url}/health`, { method }), 405, method);
  const head = await fetch(`${server.url}/health`, { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('a taken port is a sentence that names the variable', async () => {
  await using first = await serving({});
  const port = Number(new URL(first.url).port);
  await assert.rejects(
    startHealthServer(port, METRICS, WELL),
    (error) =>
      error instanceof ConfigError && /HEALTH_PORT: expected a free port.*is taken/.test(error.message),
  );
});

async function serving(sources: Partial<HealthSources>) {
  const server = await startHealthServer(0, METRICS, { ...WELL, ...sources });
  return { url: server.url, [Symbol.asyncDispose]: () => server.close() };
}

/** Of a request whose Host is not the one that it goes to, which `fetch` would not make. */
function statusOf(
  url: string,
  options: { method?: string; headers?: Record<string, string> },
): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
