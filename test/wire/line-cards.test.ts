import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Interaction } from 'local-discord/interaction';
import { editsOf } from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** As many riffs of Mika's, asked for at the same moment; the first of them runs. */
async function askAtOnce({ discord, life }: WireBench, count: number): Promise<readonly Interaction[]> {
  const mika = discord.actAs('mika');
  const commands = Array.from({ length: count }, (_, index) =>
    mika.command('riff', { prompt: `riff ${index + 1}` }),
  );
  await Promise.all(commands.map(({ answered }) => answered));
  await life.engine.renderNumber(1);
  return commands;
}

const textOf = ({ discord }: WireBench, command: Interaction | undefined): string =>
  (command && discord.original(command)?.content) ?? '';

test('however many ask at once, each answer says the position, and none is edited to say it', async () => {
  await using bench = await WireBench.open({
    limits: { perUserWaiting: 99, perGuildWaiting: 99, perUserPerHour: 99 },
  });
  const commands = await askAtOnce(bench, 60);
  assert.deepEqual(
    commands.map((command) => /in line|starting/.test(textOf(bench, command))),
    commands.map(() => true),
  );
  const waiting = commands.slice(2);
  assert.equal(
    waiting.map((command) => editsOf(bench, command)).reduce((sum, edits) => sum + edits, 0),
    0,
  );
});

test('a user who asks while another riff is being started reads the right position before long', async () => {
  await using bench = await WireBench.open();
  const [, second] = await askAtOnce(bench, 2);
  await bench.passTime(MINUTE_MS);
  assert.match(textOf(bench, second), /\*\*1st\*\*/);
});

test('a user who waits through a restart reads the right position before long', async () => {
  await using bench = await WireBench.open();
  const [, second] = await askAtOnce(bench, 2);
  await bench.stopBot();
  await bench.startBot();
  await bench.life.engine.renderNumber(1);
  await bench.passTime(MINUTE_MS);
  assert.match(textOf(bench, second), /\*\*1st\*\*/);
});

test('a user whose waiting riff turns out to be damaged in the store is told so before long', async () => {
  await using bench = await WireBench.open();
  const [, second, third] = await askAtOnce(bench, 3);
  const { database, engine, queue } = bench.life;
  const victim = (await queue.list({ kind: 'all' })).waiting.find(
    ({ request }) => request.prompt === 'riff 2',
  );
  await database.run(`UPDATE jobs SET request = '{' WHERE id = :id`, { id: victim?.id ?? '' });
  (await engine.renderNumber(1)).finish();
  await engine.renderNumber(2);
  await bench.passTime(MINUTE_MS);
  assert.match(textOf(bench, second), /damaged/);
  assert.match(textOf(bench, third), /riff 3/);
});

for (const jumpMs of [-16 * MINUTE_MS, -DAY_MS, -3650 * DAY_MS, 3650 * DAY_MS]) {
  test(`after the clock jumps by ${jumpMs / MINUTE_MS} minutes every answer still says how its riff stands`, async () => {
    await using bench = await WireBench.open();
    const { engine } = bench.life;
    const [, second, third] = await askAtOnce(bench, 3);
    await bench.passTime(MINUTE_MS);
    bench.jump(jumpMs);
    (await engine.renderNumber(1)).finish();
    (await engine.renderNumber(2)).beat({ stage: 'denoise', stepIndex: 7, steps: 20 });
    await bench.passTime(MINUTE_MS);
    assert.match(textOf(bench, second), /7\/20/);
    assert.match(textOf(bench, third), /\*\*1st\*\*/);
  });
}

test('a restart after the clock was set ahead a day still edits the answers that are open', async () => {
  await using bench = await WireBench.open();
  const [first, second] = await askAtOnce(bench, 2);
  await bench.stopBot();
  bench.jump(DAY_MS);
  await bench.startBot();
  (await bench.life.engine.renderNumber(1)).beat({ stage: 'denoise', stepIndex: 7, steps: 20 });
  await bench.passTime(MINUTE_MS);
  assert.match(textOf(bench, first), /7\/20/);
  assert.match(textOf(bench, second), /\*\*1st\*\*/);
});

test('a restart after the answers have closed tries one of them, not each', async () => {
  await using bench = await WireBench.open();
  const commands = await askAtOnce(bench, 3);
  await bench.stopBot();
  await bench.passTime(16 * MINUTE_MS);
  const before = commands.map((command) => editsOf(bench, command));
  await bench.startBot();
  await bench.life.engine.renderNumber(1);
  await bench.passTime(MINUTE_MS);
  const tried = commands.filter((command, index) => editsOf(bench, command) > (before[index] ?? 0));
  assert.equal(tried.length, 1);
});

test('a restart after the clock was set back a day does not forget that an answer ends after 15 minutes', async () => {
  await using bench = await WireBench.open();
  const [first] = await askAtOnce(bench, 1);
  await bench.stopBot();
  bench.jump(-DAY_MS);
  await bench.startBot();
  await bench.passTime(15 * MINUTE_MS - 10_000);
  assert.match(textOf(bench, first), /15 minutes/);
});
