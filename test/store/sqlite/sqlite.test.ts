import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, type TestContext, test } from 'node:test';
import { RiffError } from '../../../src/errors.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { inspectStore } from '../../../src/store/sqlite/inspect-store.ts';
import { MIGRATIONS } from '../../../src/store/sqlite/migrations.ts';
import { migrate, openStore, SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { exampleJob, limitCounts } from '../../queue/bench/example-jobs.ts';
import { integrityFindings } from '../integrity.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function storeFailure(says: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof RiffError && error.code === 'store_failed' && says.test(error.message);
}

describe('opening the store', () => {
  test('a new folder is made for its owner alone, and what is written is there the next time', async (t) => {
    const dataDir = join(temporaryFolder(t), 'deep', 'data');
    const first = openStore(dataDir);
    await new SqlJobStore(first).insert([exampleJob('j1', 'ann')]);
    first.close();
    assert.equal(statSync(dataDir).mode & 0o777, 0o700);
    const second = openStore(dataDir);
    assert.equal((await new SqlJobStore(second).get('j1'))?.userId, 'ann');
    second.close();
  });

  test('commits are durable against power loss: write-ahead log with full synchronisation', async (t) => {
    const database = openStore(temporaryFolder(t));
    assert.deepEqual({ ...(await database.get<object>('PRAGMA journal_mode')) }, { journal_mode: 'wal' });
    assert.deepEqual({ ...(await database.get<object>('PRAGMA synchronous')) }, { synchronous: 2 });
    database.close();
  });

  test('a data folder under a file is refused with its name', (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    assert.throws(
      () => openStore(join(file, 'data')),
      storeFailure(/DATA_DIR: expected a folder .*file\/data/),
    );
  });

  for (const dataDir of [
    '/proc/riff',
    '/proc/self/riff',
    '/dev/null/riff',
    '/dev/null',
    '/sys/riff',
    'a\0b',
  ]) {
    test(`an odd folder ends in a sentence: ${JSON.stringify(dataDir)}`, { timeout: 10_000 }, () => {
      assert.throws(() => openStore(dataDir), storeFailure(/./));
    });
  }

  test('the store and its backup are for their owner alone, whatever the folder allows', async (t) => {
    const dataDir = temporaryFolder(t);
    chmodSync(dataDir, 0o755);
    const path = join(dataDir, 'riff.db');
    openStore(dataDir).close();
    chmodSync(path, 0o644);
    const database = openStore(dataDir);
    await new SqlJobStore(database).insert([exampleJob('j1', 'ann')]);
    await database.backup(join(dataDir, 'copy.db'));
    for (const name of ['riff.db', 'riff.db-wal', 'riff.db-shm', 'copy.db'])
      assert.equal(statSync(join(dataDir, name)).mode & 0o777, 0o600, name);
    database.close();
    assert.deepEqual(readdirSync(dataDir), ['copy.db', 'riff.db']);
  });

  type Break = (path: string) => void;
  const LOSSES: Readonly<Record<string, Break>> = {
    'without its file': (path) => rmSync(path),
    'with a file of no bytes': (path) => truncateSync(path),
    'with a file of no bytes and nothing else': (path) => {
      truncateSync(path);
      for (const beside of ['-wal', '-shm']) rmSync(path + beside);
    },
    'without its log': (path) => rmSync(`${path}-wal`),
  };
  for (const [how, breakIt] of Object.entries(LOSSES)) {
    test(`a store that was not closed and is left ${how} is refused, not started empty`, async (t) => {
      const dataDir = temporaryFolder(t);
      const [path, copy] = [join(dataDir, 'riff.db'), join(dataDir, 'killed')];
      const database = openStore(dataDir);
      await new SqlJobStore(database).insert([exampleJob('j1', 'ann')]);
      // What a killed bot leaves: the files as they are while it runs.
      mkdirSync(copy);
      for (const beside of ['', '-wal', '-shm']) copyFileSync(path + beside, join(copy, `riff.db${beside}`));
      database.close();
      breakIt(join(copy, 'riff.db'));
      assert.throws(() => openStore(copy), storeFailure(/riff\.db.*put a backup in its place/));
      assert.equal(inspectStore(join(copy, 'riff.db')).kind, 'damaged');
    });
  }

  test('changes before the last checkpoint are in the file itself', async (t) => {
    const dataDir = temporaryFolder(t);
    const database = openStore(dataDir);
    await new SqlJobStore(database).insert([exampleJob('j1', 'ann')]);
    database.checkpoint();
    const alone = join(dataDir, 'alone');
    mkdirSync(alone);
    copyFileSync(join(dataDir, 'riff.db'), join(alone, 'riff.db'));
    database.close();
    const copy = openStore(alone);
    assert.equal((await new SqlJobStore(copy).get('j1'))?.id, 'j1');
    copy.close();
  });

  test('a file that is no SQLite file is refused and left as it is', (t) => {
    const dataDir = temporaryFolder(t);
    const text = 'This is not a database. '.repeat(100);
    writeFileSync(join(dataDir, 'riff.db'), text);
    assert.throws(
      () => openStore(dataDir),
      storeFailure(/riff\.db: expected a sound SQLite file, got a damaged one/),
    );
    assert.equal(readFileSync(join(dataDir, 'riff.db'), 'utf8'), text);
  });

  test('a page overwritten in the middle is noticed when the store is opened', async (t) => {
    const dataDir = temporaryFolder(t);
    const database = openStore(dataDir);
    const store = new SqlJobStore(database);
    for (let index = 0; index < 50; index += 1) await store.insert([exampleJob(`j${index}`, 'ann')]);
    database.close();
    const path = join(dataDir, 'riff.db');
    const bytes = readFileSync(path);
    bytes.fill(0x5a, 4096, bytes.length - 4096);
    writeFileSync(path, bytes);
    assert.throws(() => openStore(dataDir), storeFailure(/damaged/));
  });

  test('a store of a newer schema is refused and not touched', (t) => {
    const dataDir = temporaryFolder(t);
    openStore(dataDir).close();
    const raw = new DatabaseSync(join(dataDir, 'riff.db'));
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    assert.throws(() => openStore(dataDir), storeFailure(/got schema 99; .*newer Riff/));
  });

  test("a SQLite database that is not Riff's is refused and not touched", (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, 'riff.db');
    const foreign = new DatabaseSync(path);
    foreign.exec('CREATE TABLE jobs (title TEXT)');
    foreign.close();
    assert.throws(() => openStore(folder), storeFailure(/expected a store of Riff, got another/));
    const after = new DatabaseSync(path);
    assert.equal(after.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.count, 1);
    after.close();
  });

  test('a link to a store that is not there is refused and left as it is', (t) => {
    const folder = temporaryFolder(t);
    symlinkSync(join(folder, 'volume', 'riff.db'), join(folder, 'riff.db'));
    assert.throws(() => openStore(folder), storeFailure(/link/));
    assert.deepEqual(readdirSync(folder), ['riff.db']);
  });

  test('a full disk is named, and the store is as it was before', async (t) => {
    const database = openStore(temporaryFolder(t));
    const store = new SqlJobStore(database);
    await store.insert([exampleJob('j1', 'ann')]);
    const pages = await database.get<{ page_count: number }>('PRAGMA page_count');
    await database.get(`PRAGMA max_page_count = ${pages?.page_count}`);
    const huge = exampleJob('j2', 'ann');
    const tooMuch = { ...huge, request: { ...huge.request, prompt: 'x'.repeat(100_000) } };
    await assert.rejects(store.insert([tooMuch]), storeFailure(/the disk is full/));
    assert.equal(await store.get('j2'), null);
    assert.deepEqual((await limitCounts(store, exampleJob('j3', 'ann'))).acceptedAt, [1000]);
    assert.deepEqual(await integrityFindings(database), []);
    database.close();
  });
});

test('a statement that comes during a transaction is no part of it', async () => {
  const database = new SqliteDatabase(':memory:');
  const half = database.transact(async (tx) => {
    await tx.run("INSERT INTO facts VALUES ('half', 1)");
    await tx.run('INSERT INTO nowhere VALUES (1)');
  });
  const other = database.run("INSERT INTO facts VALUES ('other', 1)");
  await assert.rejects(half, storeFailure(/nowhere/));
  assert.equal(await other, 1);
  const left = await database.all<{ readonly name: string }>('SELECT name FROM facts');
  assert.deepEqual(
    left.map(({ name }) => name),
    ['other'],
  );
  assert.equal(database.recentFaults, 1);
});

describe('migrations', () => {
  const STEPS = [
    'CREATE TABLE songs (name TEXT)',
    `ALTER TABLE songs ADD COLUMN key TEXT NOT NULL DEFAULT 'c minor'`,
  ];
  const open = (): DatabaseSync => new DatabaseSync(':memory:');

  test('an older file gets only the steps it lacks and keeps its rows', () => {
    const database = open();
    migrate(database, 'riff.db', STEPS.slice(0, 1));
    database.exec(`INSERT INTO songs VALUES ('blues')`);
    migrate(database, 'riff.db', STEPS);
    migrate(database, 'riff.db', STEPS);
    assert.deepEqual({ ...database.prepare('SELECT * FROM songs').get() }, { name: 'blues', key: 'c minor' });
    assert.deepEqual({ ...database.prepare('PRAGMA user_version').get() }, { user_version: 2 });
  });

  test('a step that fails leaves the file at its old schema', (t) => {
    const path = join(temporaryFolder(t), 'riff.db');
    const schemaOf = (database: DatabaseSync) => database.prepare('SELECT sql FROM sqlite_schema').all();
    const old = new DatabaseSync(path);
    migrate(old, path, MIGRATIONS.slice(0, 1));
    old.exec('CREATE TABLE facts (only TEXT)');
    const schema = schemaOf(old);
    old.close();
    assert.throws(() => new SqliteDatabase(path), storeFailure(/table facts already exists/));
    const after = new DatabaseSync(path);
    assert.deepEqual({ ...after.prepare('PRAGMA user_version').get() }, { user_version: 1 });
    assert.deepEqual(schemaOf(after), schema);
    after.close();
  });
});

describe('backup and check', () => {
  test('a backup made in use opens as a store with everything in it', async (t) => {
    const folder = temporaryFolder(t);
    const database = openStore(folder);
    await new SqlJobStore(database).insert([exampleJob('j1', 'ann')]);
    const path = join(folder, 'copy.db');
    await database.backup(path);
    const copy = new SqliteDatabase(path);
    assert.equal((await new SqlJobStore(copy).get('j1'))?.id, 'j1');
    assert.deepEqual(await integrityFindings(copy), []);
    copy.close();
    database.close();
  });

  test('a backup into a folder that is not there is a store failure', async (t) => {
    const database = openStore(temporaryFolder(t));
    await assert.rejects(database.backup('/nowhere/at/all/copy.db'), storeFailure(/copy\.db/));
    database.close();
  });
});
