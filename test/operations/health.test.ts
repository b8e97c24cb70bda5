import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import type { EngineEvent } from '../../src/engine/supervisor.ts';
import {
  EngineMonitor,
  findHealth,
  type Health,
  type HealthSources,
  StoreProbe,
  unreadyReasons,
} from '../../src/operations/health.ts';
import { SqlJobStore } from '../../src/store/job-store.ts';
import { openStore, SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { QUEUE_AT_EASE, WELL } from './well-bot.ts';

const BLOCKED = { cause: 'engine', reason: 'its model cannot be read', since: 0 } as const;

const CASES: readonly [what: string, sources: Partial<HealthSources>, kind: Health['kind'], says: RegExp][] =
  [
    ['all is well', {}, 'ready', /^$/],
    ['it has not started', { isStarted: () => false }, 'unready', /starting/],
    ['the gateway is being resumed', { gatewayAwaySince: () => 480_000 }, 'degraded', /gateway/],
    [
      'the gateway is away for longer than two minutes',
      { gatewayAwaySince: () => 479_999 },
      'unready',
      /gateway.*1970-01-01T00:07:59/,
    ],
    [
      'the breaker is open',
      { breakerReason: () => 'Discord refused 2000 requests' },
      'unready',
      /refused 2000/,
    ],
    [
      'an engine backs off',
      { engineTroubles: () => ['engine 0 backs off for 4 s'] },
      'degraded',
      /engine 0 backs off/,
    ],
    [
      'the last changes of the store were lost before this start',
      { lostChanges: () => 'riff.db-wal: the newest changes are lost' },
      'degraded',
      /newest changes are lost/,
    ],
    [
      'the queue is blocked',
      { queue: () => ({ ...QUEUE_AT_EASE, blocked: BLOCKED }) },
      'unready',
      /its model cannot be read/,
    ],
    [
      'a riff is on its way',
      { queue: () => ({ ...QUEUE_AT_EASE, undelivered: 1, oldestUndeliveredSince: 540_000 }) },
      'ready',
      /^$/,
    ],
    [
      'a riff is not delivered for longer than a minute',
      { queue: () => ({ ...QUEUE_AT_EASE, undelivered: 3, oldestUndeliveredSince: 539_999 }) },
      'degraded',
      /3 finished riffs/,
    ],
    [
      'the store failed lately',
      { queue: () => ({ ...QUEUE_AT_EASE, recentStoreFaults: 2 }) },
      'degraded',
      /store failed 2 times/,
    ],
    [
      'the store failed once',
      { queue: () => ({ ...QUEUE_AT_EASE, recentStoreFaults: 1 }) },
      'degraded',
      /store failed 1 time in/,
    ],
    ['the store is damaged', { storeTroubles: async () => ['row 7 is missing'] }, 'unready', /row 7/],
  ];

for (const [what, sources, kind, says] of CASES) {
  test(`the bot is ${kind} when ${what}`, async () => {
    const health = await findHealth({ ...WELL, ...sources });
    assert.equal(health.kind, kind);
    assert.match('reasons' in health ? health.reasons.join() : '', says);
  });
}

test('readiness is known without a look into the store', () => {
  const storeTroubles = async () => raise(new Error('expected no look into the store'));
  assert.deepEqual(unreadyReasons({ ...WELL, storeTroubles }), []);
});

test('the store is written at most every ten seconds, however often it is asked for', async () => {
  const clock = createManualClock();
  let writes = 0;
  let isFull = false;
  const checkWritable = async () => {
    writes += 1;
    if (isFull) throw new Error('the disk is full');
  };
  const probe = new StoreProbe({ checkWritable }, clock);
  for (let n = 0; n < 100; n++) assert.equal(await probe.trouble(), null);
  assert.equal(writes, 1);
  isFull = true;
  clock.advance(10_000);
  for (let n = 0; n < 100; n++) assert.equal(await probe.trouble(), 'the disk is full');
  isFull = false;
  clock.advance(10_000);
  assert.equal(await probe.trouble(), null);
  assert.equal(writes, 3);
});

test('a store that became read-only is noticed', {
  skip: process.getuid?.() === 0 && 'root writes anyway',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-health-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  openStore(folder).close();
  chmodSync(join(folder, 'riff.db'), 0o400);
  const database = new SqliteDatabase(join(folder, 'riff.db'));
  t.after(() => database.close());
  const probe = new StoreProbe(new SqlJobStore(database), createManualClock());
  assert.match((await probe.trouble()) ?? '', /read-only/);
});

test('an engine is in trouble from its death until it is ready again, and a planned replacement is none', () => {
  const monitor = new EngineMonitor();
  const fault = { code: 'engine_crashed', message: 'it crashed' } as const;
  const ended = { kind: 'ended', pid: 1, exitCode: null, exitSignal: null, cause: null, output: '' } as const;
  const steps: readonly [event: EngineEvent, troubles: readonly string[]][] = [
    [{ kind: 'started', pid: 1 }, []],
    [{ ...ended, expected: true }, []],
    [{ kind: 'started', pid: 2 }, []],
    [{ ...ended, expected: false }, ['engine 3 is being restarted']],
    [{ kind: 'backing_off', fault, afterMs: 4000 }, ['engine 3 backs off for 4 s: it crashed']],
    [{ kind: 'started', pid: 3 }, ['engine 3 is being restarted']],
    [{ kind: 'ready', description: {} as never }, []],
  ];
  for (const [event, troubles] of steps) {
    monitor.observe(3, event);
    assert.deepEqual(monitor.troubles(), troubles, event.kind);
  }
});

function raise(error: Error): never {
  throw error;
}
