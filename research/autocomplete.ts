/**
 * How long the bot takes to answer a keystroke of a prompt, from the press to the answer, with 10,000 riffs of one user
 * stored. `node research/autocomplete.ts [RIFFS]` prints milliseconds.
 */
import { percentile } from '../src/cli/bench/percentile.ts';
import { finishedRiff } from '../test/wire/bench/answers.ts';
import { WireBench } from '../test/wire/bench/wire-bench.ts';

const KEYSTROKES = 500;
const TYPED = 'jazz piano, happy, slow, with a pianist in a jazz club';
const COPIES = `
  WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
  INSERT INTO jobs (id, state, user_id, tenant, request, target, created_at, files, ended_at)
  SELECT id || n, state, user_id, tenant, replace(request, 'first', 'riff ' || n), target, created_at, files, ended_at
  FROM jobs, numbers`;

const count = Number(process.argv[2] ?? 10_000);
const bench = await WireBench.open();
await finishedRiff(bench, { prompt: 'first jazz' });
await bench.life.database.run(COPIES, { count });
const mika = bench.discord.actAs('mika');
const times: number[] = [];
for (let stroke = 0; stroke < KEYSTROKES; stroke++) {
  const prompt = TYPED.slice(0, 1 + (stroke % TYPED.length));
  const before = performance.now();
  await mika.autocomplete('riff', { prompt }, 'prompt').answered;
  times.push(performance.now() - before);
}
await bench[Symbol.asyncDispose]();
const [p50, p99, slowest] = [percentile(times, 0.5), percentile(times, 0.99), Math.max(...times)].map((ms) =>
  ms.toFixed(1),
);
console.log(`${count} riffs, ${KEYSTROKES} keystrokes: p50 ${p50} ms, p99 ${p99} ms, slowest ${slowest} ms`);
