import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFinished } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

for (const [name, jumpMs] of Object.entries({
  'an hour on': HOUR_MS,
  'an hour back': -HOUR_MS,
  'a year on and back again': 365 * DAY_MS,
})) {
  test(`a clock that jumps ${name} loses no riff, doubles none and stops no queue`, async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 9 } });
    const { discord, life } = bench;
    for (const prompt of ['one', 'two', 'three']) {
      await discord.actAs('mika').command('riff', { prompt }).answered;
    }
    const first = await life.engine.renderNumber(1);
    bench.jump(jumpMs);
    await bench.passTime(60_000);
    if (name.endsWith('again')) bench.jump(-jumpMs);
    first.finish();
    for (const number of [2, 3]) (await life.engine.renderNumber(number)).finish();
    await bench.passTime(120_000);
    assert.equal(discord.messages().filter(isFinished).length, 3);
    assert.deepEqual(
      (await life.database.all('SELECT DISTINCT state, attempts FROM jobs')).map((row) => ({
        ...(row as object),
      })),
      [{ state: 'done', attempts: 1 }],
    );
  });
}
