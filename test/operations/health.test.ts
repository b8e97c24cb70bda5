import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EngineEvent } from '../../src/engine/supervisor.ts';
import { EngineSight, findHealth, type HealthSources } from '../../src/operations/health.ts';
import { openStore, SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';

const WELL: HealthSources = {
  gatewayIsOpen: () => true,
  breakerReason: () => null,
  engineTroubles: () => [],
  hold: () => null,
  database: new SqliteDatabase(':memory:'),
};
const DIES = new Error('riff.db: the disk is full');

const CASES: readonly [
  what: string,
  sources: Partial<HealthSources>,
  health: ReturnType<typeof findHealth>,
][] = [
  ['all is well', {}, { kind: 'ready' }],
  [
    'the gateway is down and the breaker open',
    { gatewayIsOpen: () => false, breakerReason: () => 'Discord refused 2000 requests' },
    { kind: 'degraded', reasons: ['the gateway is not connected', 'Discord refused 2000 requests'] },
  ],
  [
    'an engine rests',
    { engineTroubles: () => ['engine 0 rests 4 s: it crashed'] },
    { kind: 'degraded', reasons: ['engine 0 rests 4 s: it crashed'] },
  ],
  [
    'the queue is held',
    { hold: () => ({ cause: 'engine', reason: 'its model cannot be read', since: 0 }) },
    {
      kind: 'degraded',
      reasons: ['the queue is held since 1970-01-01T00:00:00.000Z: its model cannot be read'],
    },
  ],
  [
    'the store is damaged',
    { database: { probeWrite() {}, integrityCheck: () => ['row 7 missing', 'row 8 missing'] } },
    { kind: 'unready', reasons: ['the store is damaged: row 7 missing'] },
  ],
  [
    'the store cannot be written',
    { database: { probeWrite: () => raise(DIES), integrityCheck: () => [] }, gatewayIsOpen: () => false },
    { kind: 'unready', reasons: ['riff.db: the disk is full'] },
  ],
];

for (const [what, sources, health] of CASES) {
  test(`the bot is ${health.kind} when ${what}`, () => {
    assert.deepEqual(findHealth({ ...WELL, ...sources }), health);
  });
}

test('a store that became read-only is noticed', {
  skip: process.getuid?.() === 0 && 'root writes anyway',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'riff-health-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  openStore(folder).close();
  chmodSync(join(folder, 'riff.db'), 0o400);
  const database = new SqliteDatabase(join(folder, 'riff.db'));
  t.after(() => database.close());
  assert.equal(findHealth({ ...WELL, database }).kind, 'unready');
});

test('an engine is in trouble from its death until it is ready again, and a planned replacement is none', () => {
  const sight = new EngineSight();
  const fault = { code: 'engine_crashed', message: 'it crashed' } as const;
  const ended = { kind: 'ended', pid: 1, exitCode: null, exitSignal: null, cause: null, output: '' } as const;
  const steps: readonly [event: EngineEvent, troubles: readonly string[]][] = [
    [{ kind: 'started', pid: 1 }, []],
    [{ ...ended, expected: true }, []],
    [{ kind: 'started', pid: 2 }, []],
    [{ ...ended, expected: false }, ['engine 3 is being restarted']],
    [{ kind: 'resting', fault, afterMs: 4000 }, ['engine 3 rests 4 s: it crashed']],
    [{ kind: 'started', pid: 3 }, ['engine 3 is being restarted']],
    [{ kind: 'ready', description: {} as never }, []],
  ];
  for (const [event, troubles] of steps) {
    sight.see(3, event);
    assert.deepEqual(sight.troubles(), troubles, event.kind);
  }
});

function raise(error: Error): never {
  throw error;
}
