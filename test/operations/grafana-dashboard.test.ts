import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createMetrics } from '../../src/operations/metrics.ts';

const dashboard = readFileSync(
  new URL('../../src/operations/grafana-dashboard.json', import.meta.url),
  'utf8',
);

test('every series that the dashboard draws is one that the bot exports', async () => {
  const listing = { running: [], waiting: [], deadLetters: [], pause: null, blocked: null };
  const queue = { on: () => () => {}, list: async () => listing };
  const metrics = createMetrics(queue, new Map(), { now: () => 0 });
  const exported = new Set(
    [...(await metrics.render()).matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1]),
  );
  const drawn = [...dashboard.matchAll(/\b(?:riff|process|nodejs)_\w+/g)].map(([name]) =>
    name.replace(/_(bucket|sum|count)$/, ''),
  );
  assert.ok(drawn.length >= 11);
  assert.deepEqual(
    drawn.filter((name) => !exported.has(name)),
    [],
  );
});
