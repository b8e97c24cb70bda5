import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from '../../src/operations/health.ts';
import { startHealthServer } from '../../src/operations/health-server.ts';
import type { Metrics } from '../../src/operations/metrics.ts';

const METRICS: Metrics = {
  render: async () => 'riff_up 1\n',
  contentType: 'text/plain; version=0.0.4',
  engineEnded() {},
  discordAnswered() {},
};

const CASES: readonly [health: Health, status: number][] = [
  [{ kind: 'ready' }, 200],
  [{ kind: 'degraded', reasons: ['the gateway is not connected'] }, 200],
  [{ kind: 'unready', reasons: ['the store is damaged'] }, 503],
];

for (const [health, status] of CASES) {
  test(`/health answers ${status} with the reasons when the bot is ${health.kind}`, async () => {
    const { get, close } = await serving(async () => health);
    const response = await get('/health');
    assert.equal(response.status, status);
    assert.deepEqual(await response.json(), health);
    await close();
  });
}

test('/live answers even where the health cannot be found out, and that is a 500 on /ready', async () => {
  const { get, close } = await serving(async () => {
    throw new Error('the store is locked');
  });
  assert.equal((await get('/live')).status, 200);
  assert.equal((await get('/ready')).status, 500);
  await close();
});

test('/metrics carries what Prometheus scrapes, and an unknown path says what there is', async () => {
  const { get, close } = await serving(async () => ({ kind: 'ready' }));
  const metrics = await get('/metrics');
  assert.equal(metrics.headers.get('content-type'), METRICS.contentType);
  assert.equal(await metrics.text(), 'riff_up 1\n');
  const unknown = await get('/secrets');
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /expected \/live/);
  await close();
});

test('a taken port is a rejection', async () => {
  const first = await serving(async () => ({ kind: 'ready' }));
  const port = Number(new URL(first.url).port);
  await assert.rejects(
    startHealthServer({ port, metrics: METRICS, health: async () => ({ kind: 'ready' }) }),
    /EADDRINUSE/,
  );
  await first.close();
});

async function serving(health: () => Promise<Health>) {
  const { url, close } = await startHealthServer({ port: 0, metrics: METRICS, health });
  return { url, close, get: (path: string) => fetch(url + path) };
}
