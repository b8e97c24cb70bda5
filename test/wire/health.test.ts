import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedRiff } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

test('a bot that answers commands says that it is ready and counts what it did', async () => {
  await using bench = await WireBench.open();
  await finishedRiff(bench, { prompt: 'jazz' });
  const url = bench.life.running.healthUrl;
  const health = await fetch(`${url}/health`);
  assert.deepEqual([health.status, await health.json()], [200, { kind: 'ready' }]);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /^riff_discord_answers_total\{status="200"\} [1-9]/m);
});
