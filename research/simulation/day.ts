/**
 * `node research/simulation/day.ts [SERVERS = 10000] [RIFFS = 24000] [SEED = 1] [FROM = 0] [TO = 24] [SPEED = 1]`: a day of many
 * servers, or its hours from FROM to TO, on Riff's own queue, store and workers, on a clock that is moved by hand. At SPEED 4
 * the hours are quarters of an hour, at the same rates. Prints a table by hour; of a whole day, writes
 * `research/simulation/day.svg`.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from '../../src/cli/bench/percentile.ts';
import { exampleDraft } from '../../test/queue/bench/example-jobs.ts';
import { seededRandom } from '../../test/queue/bench/seeded-random.ts';
import { arrivalsOfADay } from './arrivals.ts';
import { SimulatedFleet } from './fleet.ts';
import { dayPlot, type HourFigures } from './plot.ts';
import { SimulationClock } from './simulation-clock.ts';

const [servers = 10_000, riffs = 24_000, seed = 1, from = 0, to = 24, speed = 1] = process.argv
  .slice(2)
  .map(Number);
const HOUR_MS = 3_600_000 / speed;
const LIMITS = { perUserWaiting: 3, perGuildWaiting: 50, perUserPerHour: 30, totalWaiting: 1000 };
/** By hour: how many workers come, leave in order, or die. */
const CHANGES: Readonly<Record<number, (fleet: SimulatedFleet) => Promise<void> | void>> = {
  9: (fleet) => add(fleet, 2),
  17: (fleet) => add(fleet, 2),
  20: (fleet) => add(fleet, 2),
  21: (fleet) => fleet.kill(),
  23: (fleet) => {
    for (let index = 0; index < 4; index += 1) fleet.remove();
  },
};

const random = seededRandom(seed);
const clock = new SimulationClock(Date.UTC(2026, 0, 1));
const fleet = new SimulatedFleet({ clock, random });
const waits = Array.from({ length: 24 }, (): number[] => []);
/** Waits in the busiest hours: of riffs that came alone, and of the third of three asked for at once. */
const peak = { first: [] as number[], third: [] as number[] };
const startedAt = clock.now() - from * HOUR_MS;
const hourOf = (at: number): number => Math.floor((at - startedAt) / HOUR_MS);
const refused = new Map<number, number>();
const positionOfUser = new Map<string, number>();
const cpu = process.cpuUsage();

fleet.queue.on('started', ({ id, state, createdAt, attempts }) => {
  if (state.kind !== 'running' || attempts > 1) return;
  const waitMs = state.startedAt - createdAt;
  const hour = hourOf(createdAt);
  waits[hour]?.push(waitMs);
  const place = positionOfUser.get(id);
  if (hour < 19 || hour > 21) return;
  if (place === 1) peak.first.push(waitMs);
  if (place === 3) peak.third.push(waitMs);
});
await add(fleet, 3);
for (let hour = 0; hour < from; hour += 1) await CHANGES[hour]?.(fleet);
await fleet.queue.start();

const hours: HourFigures[] = [];
let next = 0;
const arrivals = arrivalsOfADay(servers, riffs / speed, HOUR_MS, random).filter(
  ({ atMs }) => atMs >= from * HOUR_MS,
);
for (let hour = from; hour < to; hour += 1) {
  await CHANGES[hour]?.(fleet);
  const before = fleet.database.statements;
  const first = next;
  for (; (arrivals[next]?.atMs ?? Number.POSITIVE_INFINITY) < (hour + 1) * HOUR_MS; next += 1)
    await arrive(next);
  await clock.advanceTo(startedAt + (hour + 1) * HOUR_MS);
  process.stderr.write(`${hour} o'clock: ${next - first} riffs\n`);
  const statementsPerS = (fleet.database.statements - before) / (HOUR_MS / 1000);
  hours.push({
    hour,
    asked: next - first,
    workers: fleet.workers,
    statementsPerS,
    medianS: 0,
    p95S: 0,
    refused: 0,
  });
}
await clock.advanceTo(clock.now() + HOUR_MS);
report();

async function arrive(index: number): Promise<void> {
  const arrival = arrivals[index];
  if (!arrival) return;
  const { atMs, userId, guildId } = arrival;
  await clock.advanceTo(startedAt + atMs);
  const admission = await fleet.queue.enqueue(exampleDraft(userId, guildId), LIMITS);
  const hour = hourOf(clock.now());
  if (admission.kind === 'refused') refused.set(hour, (refused.get(hour) ?? 0) + 1);
  else positionOfUser.set(admission.job.id, (await fleet.queue.unfinishedOf(userId)).length);
}

async function add(to: SimulatedFleet, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await to.add();
}

/** 0 where nobody waited. */
function seconds(waitsMs: readonly number[], part: number): number {
  return (percentile(waitsMs, part) || 0) / 1000;
}

function report(): void {
  const figures = hours.map((known) => {
    const times = waits[known.hour] ?? [];
    return {
      ...known,
      medianS: seconds(times, 0.5),
      p95S: seconds(times, 0.95),
      refused: refused.get(known.hour) ?? 0,
    };
  });
  console.log('| hour | asked | refused | workers | median wait | p95 wait | statements a second |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  for (const { hour, asked, refused: no, workers, medianS, p95S, statementsPerS } of figures)
    console.log(
      `| ${hour} | ${asked} | ${no} | ${workers} | ${medianS.toFixed(0)} s | ${p95S.toFixed(0)} s | ${statementsPerS.toFixed(1)} |`,
    );
  const { claims, outOfTurn } = fleet.store.turns;
  const done = waits.reduce((sum, times) => sum + times.length, 0);
  const { user, system } = process.cpuUsage(cpu);
  console.log(`
${servers} servers, ${next} riffs asked for, ${done} started, ${claims} claims, ${outOfTurn} of them out of turn.
From 19 to 21 o'clock: a user's only riff waited ${seconds(peak.first, 0.5).toFixed(0)} s (p95 ${seconds(peak.first, 0.95).toFixed(0)} s), the third of one user ${seconds(peak.third, 0.5).toFixed(0)} s (p95 ${seconds(peak.third, 0.95).toFixed(0)} s).
${fleet.database.statements} statements, ${(fleet.database.statements / done).toFixed(0)} a riff; ${((user + system) / 1e6).toFixed(0)} s of processor time.`);
  if (from === 0 && to === 24) writeFileSync(join(import.meta.dirname, 'day.svg'), dayPlot(figures));
}
