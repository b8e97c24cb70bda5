import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { createManualClock } from 'local-discord/clock';
import { createLog } from '../../../src/log.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { inspectStore } from '../../../src/store/sqlite/inspect-store.ts';
import { keepStoreSound } from '../../../src/store/sqlite/keep-store-sound.ts';
import { openStore, type SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { findLostChanges } from '../../../src/store/sqlite/write-ahead-log.ts';
import { exampleJob } from '../../queue/bench/example-jobs.ts';

type Change = (database: SqliteDatabase, insert: (id: string) => Promise<unknown>) => unknown;
type Break = (path: string) => void;

/** The files as a killed bot leaves them, in a folder of their own: the path of the store. */
async function killedAfter(t: TestContext, change: Change): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'riff-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [alive, killed] = [join(folder, 'alive'), join(folder, 'killed')];
  const database = openStore(alive);
  await change(database, (id) => new SqlJobStore(database).insert([exampleJob(id, 'ann')]));
  mkdirSync(killed);
  for (const name of readdirSync(alive)) copyFileSync(join(alive, name), join(killed, name));
  database.close();
  return join(killed, 'riff.db');
}

const insertFour: Change = async (_, insert) => {
  for (const id of ['j1', 'j2', 'j3', 'j4']) await insert(id);
};

function rewriteLog(change: (bytes: Buffer) => Buffer | undefined): Break {
  return (path) => {
    const bytes = readFileSync(`${path}-wal`);
    writeFileSync(`${path}-wal`, change(bytes) ?? bytes);
  };
}

const withoutIndex =
  (breakIt: Break): Break =>
  (path) => {
    breakIt(path);
    rmSync(`${path}-shm`);
  };

const flipOneBit = (offset: number) =>
  rewriteLog((bytes) => {
    bytes[offset] = (bytes[offset] ?? 0) ^ 1;
    return bytes;
  });

const emptied: Break = (path) => truncateSync(`${path}-wal`);
const garbage = rewriteLog((bytes) => Buffer.alloc(bytes.length, 'garbage '));

describe('changes that a killed bot had stored and that its log has no longer', () => {
  const LOSSES: Readonly<Record<string, Break>> = {
    'a log of no bytes': emptied,
    'a log of ten bytes': (path) => truncateSync(`${path}-wal`, 10),
    'a log of garbage': garbage,
    'a log of zeros': rewriteLog((bytes) => bytes.fill(0)),
    'a log of garbage, the index gone too': withoutIndex(garbage),
    'one bit of the header': flipOneBit(9),
    'one bit of the first page': flipOneBit(100),
    'one bit of the first page, the index gone too': withoutIndex(flipOneBit(100)),
    'half of the log': rewriteLog((bytes) => bytes.subarray(0, bytes.length / 2)),
    'the last byte of the log': rewriteLog((bytes) => bytes.subarray(0, -1)),
  };
  for (const [what, breakIt] of Object.entries(LOSSES)) {
    test(`are told: ${what}`, async (t) => {
      const path = await killedAfter(t, insertFour);
      assert.equal(findLostChanges(path), null);
      breakIt(path);
      const finding = findLostChanges(path);
      assert.match(finding ?? 'nothing', /riff\.db-wal: expected .*changes of the store are lost/);
      assert.deepEqual(inspectStore(path), { kind: 'lossy', finding });
      const database = openStore(join(path, '..'));
      assert.equal(database.lostChanges, finding);
      database.close();
      const again = openStore(join(path, '..'));
      assert.equal(again.lostChanges, null);
      again.close();
    });
  }
});

describe('nothing is said to be lost', () => {
  const SOUND: Readonly<Record<string, Change>> = {
    'after a start': () => {},
    'after changes': insertFour,
    'after a checkpoint': async (database, insert) => {
      await insertFour(database, insert);
      database.checkpoint();
    },
    'after a checkpoint and a change': async (database, insert) => {
      await insertFour(database, insert);
      database.checkpoint();
      await insert('j5');
    },
    'after a checkpoint that emptied the log': async (database, insert) => {
      await insertFour(database, insert);
      await database.get('PRAGMA wal_checkpoint(TRUNCATE)');
    },
  };
  for (const [when, change] of Object.entries(SOUND)) {
    test(when, async (t) => assert.equal(findLostChanges(await killedAfter(t, change)), null));
  }

  const UNCERTAIN: Readonly<Record<string, Break>> = {
    'half of the last commit, as after a power cut': withoutIndex(
      rewriteLog((bytes) => bytes.subarray(0, -100)),
    ),
    'a bit of the last page, as after a power cut': withoutIndex(
      rewriteLog((bytes) => bytes.fill(1, bytes.length - 4)),
    ),
    'an empty log without an index': withoutIndex(emptied),
    'a log without an index': withoutIndex(() => {}),
    'an index that a kill left half written': (path) => writeFileSync(`${path}-shm`, Buffer.alloc(32_768, 3)),
  };
  for (const [of, breakIt] of Object.entries(UNCERTAIN)) {
    test(`of ${of}`, async (t) => {
      const path = await killedAfter(t, insertFour);
      breakIt(path);
      assert.equal(findLostChanges(path), null);
    });
  }

  test('of a log that was damaged after all of it was written back', async (t) => {
    const path = await killedAfter(t, async (database, insert) => {
      await insertFour(database, insert);
      database.checkpoint();
    });
    for (const breakIt of [flipOneBit(100), emptied, garbage]) {
      breakIt(path);
      assert.equal(findLostChanges(path), null);
    }
  });

  test('of a store that was closed, or is not there', async (t) => {
    const path = await killedAfter(t, insertFour);
    openStore(join(path, '..')).close();
    assert.equal(findLostChanges(path), null);
    rmSync(path);
    assert.equal(findLostChanges(path), null);
  });
});

test('the log is written back every minute, and its losses are logged once', () => {
  const clock = createManualClock(0);
  const logged: object[] = [];
  const checkpoints: number[] = [];
  const database = {
    path: ':memory:',
    lostChanges: 'lost',
    checkpoint: () => void checkpoints.push(clock.now()),
  };
  const log = { ...createLog('silent'), error: (fields: object) => void logged.push(fields) };
  const care = keepStoreSound(database, { clock, log });
  clock.advance(180_000);
  care.stop();
  clock.advance(180_000);
  assert.deepEqual(checkpoints, [60_000, 120_000, 180_000]);
  assert.deepEqual(logged, [{ lostChanges: 'lost' }]);
});

for (const name of ['riff.db', 'riff.db-wal', 'riff.db-shm']) {
  test(`a pipe called ${name} is refused, not waited for`, {
    skip: process.platform === 'win32',
  }, async (t) => {
    const path = await killedAfter(t, insertFour);
    const pipe = join(path, '..', name);
    rmSync(pipe);
    execFileSync('mkfifo', [pipe]);
    assert.throws(() => openStore(join(path, '..')), new RegExp(`${name}: expected an ordinary file`));
    assert.equal(inspectStore(path).kind, 'damaged');
  });
}
