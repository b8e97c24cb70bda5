import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { serverFault } from '../../../src/store/postgres/check-server.ts';
import { explain } from '../../../src/store/postgres/explanation.ts';
import { inspectPostgres } from '../../../src/store/postgres/inspect-postgres.ts';
import { MIGRATIONS } from '../../../src/store/postgres/migrations.ts';
import { openPostgres, PostgresDatabase, translated } from '../../../src/store/postgres/postgres.ts';
import { PostgresResults } from '../../../src/store/postgres/results.ts';
import { PostgresSession } from '../../../src/store/postgres/session.ts';
import { SqlRetention } from '../../../src/store/retention.ts';
import { freePort } from '../../free-port.ts';
import { exampleFiles, exampleJob, settle, settleDelivery } from '../../queue/bench/example-jobs.ts';
import { setUpQueue } from '../../queue/bench/queue-bench.ts';
import { SILENT } from '../../queue/bench/silent-log.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';

test('named parameters become numbers, each name once, and hints of an index go', () => {
  assert.deepEqual(translated('SELECT :a FROM t INDEXED BY i WHERE x = :b AND y < :a'), {
    text: 'SELECT $1 FROM t WHERE x = $2 AND y < $1',
    names: ['a', 'b'],
  });
});

test('a server that does not answer is told with its address and without the password', async () => {
  await assert.rejects(openPostgres('postgres://riff:secret@127.0.0.1:1/riff'), (error: Error) => {
    assert.match(error.message, /127\.0\.0\.1:1\/riff: expected a server that answers/);
    assert.doesNotMatch(error.message, /secret/);
    return true;
  });
});

describe('a PostgreSQL server', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start({
      addresses: ['127.0.0.1'],
      port: await freePort(),
      certifiedName: 'localhost',
    });
  });
  after(() => cluster[Symbol.asyncDispose]());

  async function withDatabase(
    work: (database: PostgresDatabase, url: string) => Promise<void>,
  ): Promise<void> {
    const url = await cluster.createDatabase();
    const database = await openPostgres(url);
    await work(database, url).finally(() => database.close());
  }

  test('a database that does not exist is told with what makes it', async () => {
    await assert.rejects(openPostgres(cluster.urlOf('none')), { code: 'store_failed', message: /createdb/ });
  });

  test('a database of a newer version is refused', () =>
    withDatabase(async (database, url) => {
      await database.run('INSERT INTO migrations VALUES (:version)', { version: MIGRATIONS.length + 1 });
      await assert.rejects(openPostgres(url), { code: 'store_failed', message: /newer Riff/ });
    }));

  test('a store of the first schema opens with its waiting jobs in their turn', async () => {
    const url = cluster.urlOf('postgres');
    const old = new PostgresDatabase(url);
    await old.migrate(MIGRATIONS.slice(0, 1));
    const { request, target } = exampleJob('', '');
    for (const userId of ['ann', 'bob'])
      await old.run(
        `INSERT INTO jobs (id, user_id, tenant, request, target, created_at)
           VALUES (:userId, :userId, 'g1', :request, :target, 1)`,
        { userId, request: JSON.stringify(request), target: JSON.stringify(target) },
      );
    await old.run("INSERT INTO turns VALUES ('ann', 7)");
    await old.close();
    const database = await openPostgres(url);
    const store = new SqlJobStore(database);
    const lease = { workerId: 'mine', leaseUntil: 9 };
    assert.deepEqual(
      [(await store.claimNext(lease, 5))?.id, (await store.claimNext(lease, 5))?.id],
      ['bob', 'ann'],
    );
    await database.close();
  });

  async function asAdmin(database: string, ...statements: readonly string[]): Promise<void> {
    const admin = new PostgresDatabase(cluster.urlOf(database));
    for (const statement of statements) await admin.run(statement);
    await admin.close();
  }

  test('a database that lacks letters is refused before anything is made in it', async () => {
    await asAdmin('postgres', "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    const refusal = { code: 'store_failed', message: /latin: expected a database in UTF8, got LATIN1/ };
    await assert.rejects(openPostgres(cluster.urlOf('latin')), refusal);
    const inspection = await inspectPostgres(cluster.urlOf('latin'));
    assert.match(inspection.kind === 'unreachable' ? inspection.finding : '', refusal.message);
  });

  test('a user needs a schema of his own, and no right to make one', async () => {
    await asAdmin('postgres', 'CREATE ROLE guest LOGIN', 'CREATE DATABASE lent TEMPLATE template0');
    const url = cluster.urlOf('lent').replace('riff@', 'guest@');
    const refusal = { message: /GRANT CREATE ON DATABASE .*owner of the schema riff/ };
    await assert.rejects(openPostgres(url), refusal);
    await asAdmin('lent', 'CREATE SCHEMA riff');
    await assert.rejects(openPostgres(url), refusal);
    await asAdmin('lent', 'ALTER SCHEMA riff OWNER TO guest');
    await (await openPostgres(url)).close();
  });

  test('a session that does not hear its own news, as behind a pooler, is refused', async () => {
    const url = await cluster.createDatabase();
    const elsewhere = await openPostgres(await cluster.createDatabase());
    const limit = Promise.withResolvers<() => void>();
    const clock: Clock = {
      ...systemClock,
      after(_, run) {
        limit.resolve(run);
        return () => {};
      },
    };
    const opening = PostgresSession.open({ url, database: elsewhere, id: 'mine', clock, log: SILENT });
    const refused = assert.rejects(opening, { code: 'store_failed', message: /got that of a pooler/ });
    (await limit.promise)();
    await refused;
    await elsewhere.close();
  });

  test('two processes that open an empty database at once make the tables once', async () => {
    const url = await cluster.createDatabase();
    const opened = await Promise.all([openPostgres(url), openPostgres(url)]);
    for (const database of opened) await database.close();
  });

  test('a failed transaction leaves nothing, and the next statement finds a good connection', () =>
    withDatabase(async (database) => {
      const half = database.transact(async (tx) => {
        await tx.run("INSERT INTO facts VALUES ('half', 1)");
        await tx.run('INSERT INTO nowhere VALUES (1)');
      });
      await assert.rejects(half, { code: 'store_failed' });
      assert.equal(await database.get("SELECT 1 FROM facts WHERE name = 'half'"), null);
      assert.equal(database.recentFaults, 1);
    }));

  test('a job is rendered together with its files, and both go together', (t) =>
    withDatabase(async (database) => {
      const folder = mkdtempSync(join(tmpdir(), 'riff-files-'));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      const results = new PostgresResults(database);
      const store = new SqlJobStore(database, null, (id, files) => results.load(id, files));
      const file = (name: string) => ({ path: join(folder, name), bytes: 1, sha256: '' });
      const files = { ...exampleFiles('j1'), picture: file('p'), wav: file('w'), poster: file('j') };
      await store.insert([exampleJob('j1', 'ann')]);
      await store.claimNext({ workerId: 'mine', leaseUntil: 9 }, 5);
      const rendered = { kind: 'rendered', files } as const;
      await assert.rejects(settle(store, 'j1', 'mine', rendered, 6), { code: 'ENOENT' });
      assert.equal(await results.read('j1'), null);
      writeFileSync(files.picture.path, Uint8Array.of(0, 255, 39));
      writeFileSync(files.wav.path, 'w');
      writeFileSync(files.poster.path, 'j');
      await settle(store, 'j1', 'other', rendered, 6);
      assert.equal(await results.read('j1'), null);
      await settle(store, 'j1', 'mine', rendered, 6);
      const read = await results.read('j1');
      assert.deepEqual([...(read?.picture ?? [])], [0, 255, 39]);
      assert.equal(Buffer.from(read?.poster ?? []).toString(), 'j');
      await settleDelivery(store, 'j1', 'mine', { kind: 'done', messageId: null }, 7);
      const deleted = await new SqlRetention(database, results).deleteOlderThan(8);
      assert.deepEqual([deleted.jobs, deleted.files], [1, 3]);
      assert.equal(await results.read('j1'), null);
    }));

  test('a server that is started again is used again', () =>
    withDatabase(async (database) => {
      await database.checkWritable();
      await cluster.stopServer('SIGQUIT');
      await assert.rejects(database.checkWritable(), { code: 'store_failed' });
      await cluster.startServer();
      await database.checkWritable();
    }));

  const FAULTS: Readonly<Record<string, RegExp>> = {
    '53100': /the server's disk is full .*free some space/,
    '53200': /short of resources/,
    '57014': /expected an answer within 10 s/,
    '42703': /where a newer Riff has changed them, update this one/,
    '40P01': /the store failed \(40P01/,
  };
  for (const [code, sentence] of Object.entries(FAULTS))
    test(`a server that fails with ${code} refuses riffs in words, and takes them when it is over`, () =>
      withDatabase(async (database) => {
        const { queue, add, complaints } = setUpQueue({ store: new SqlJobStore(database) });
        await database.run(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'scripted' USING ERRCODE = '${code}'; END $$`);
        await database.run('CREATE TRIGGER fails BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION fail()');
        await assert.rejects(new SqlJobStore(database).insert([exampleJob('j0', 'ann')]), {
          message: sentence,
        });
        await assert.rejects(add('ann'), /store_failed/);
        assert.equal(queue.health.recentStoreFaults, 2);
        assert.deepEqual(complaints, ['a job could not be stored']);
        await database.run('DROP TRIGGER fails ON jobs');
        await add('ann');
      }));

  test('connections that an administrator ends are replaced, the one in use with a sentence', () =>
    withDatabase(async (database) => {
      const sleep = database.get('SELECT pg_sleep(60)');
      const ended = assert.rejects(sleep, { message: /closed the connection .*see its log/ });
      const others = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      await database.get(others);
      await ended;
      await database.checkWritable();
    }));

  test('a user who may have no more connections is told so', async () => {
    const url = await cluster.createDatabase();
    const database = new PostgresDatabase(url);
    await database.run('CREATE ROLE crowded LOGIN CONNECTION LIMIT 0');
    await database.close();
    await assert.rejects(openPostgres(url.replace('riff@', 'crowded@')), {
      message: /expected a free connection .*raise max_connections or run fewer processes/,
    });
  });

  const MODES: readonly (readonly [
    mode: string,
    host: string,
    authority: boolean,
    refused: RegExp | null,
  ])[] = [
    ['require', '127.0.0.1', false, null],
    ['require', '127.0.0.1', true, null],
    ['verify-full', 'localhost', true, null],
    ['verify-full', 'localhost', false, /certificate that can be trusted .*sslrootcert=FILE/],
    ['verify-full', '127.0.0.1', true, /certificate that can be trusted .*the host as the certificate does/],
  ];
  for (const [mode, host, authority, refused] of MODES)
    test(`sslmode=${mode} at ${host} ${authority ? 'with' : 'without'} its authority: ${refused ? 'refused' : 'encrypted'}`, async () => {
      const url = new URL(await cluster.createDatabase());
      url.hostname = host;
      url.search = authority ? `sslmode=${mode}&sslrootcert=${cluster.certificate}` : `sslmode=${mode}`;
      if (refused) return assert.rejects(openPostgres(url.href), { code: 'store_failed', message: refused });
      const database = await openPostgres(url.href);
      const mine = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
      assert.deepEqual(await database.get(mine), { ssl: true });
      return database.close();
    });
});

test('a server that is too old and a database that lacks letters are refused', () => {
  const facts = { number: '150018', version: '15.18', encoding: 'UTF8' };
  assert.equal(serverFault(facts), null);
  assert.equal(serverFault({ ...facts, encoding: 'SQL_ASCII' }), null);
  const old = serverFault({ ...facts, number: '90624', version: '9.6.24' });
  assert.match(old ?? '', /expected PostgreSQL 11 or newer, got 9\.6\.24/);
  assert.match(serverFault({ ...facts, encoding: 'LATIN1' }) ?? '', /got LATIN1; make one with createdb/);
});

const SENTENCES: Readonly<Record<string, readonly [error: object, sentence: RegExp]>> = {
  'a pool that gives no connection': [
    new Error('timeout exceeded when trying to connect'),
    /expected an answer in time .*overloaded/,
  ],
  'a server without TLS': [new Error('The server does not support SSL connections'), /speaks TLS .*ssl = on/],
  'a server that answers something else than PostgreSQL': [
    new Error('Connection terminated unexpectedly'),
    /expected a PostgreSQL server .*at this address/,
  ],
  'one that breaks off TLS': [
    new Error('There was an error establishing an SSL connection'),
    /expected a PostgreSQL server/,
  ],
  'a password that is missing': [
    new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'),
    /expected a password in DATABASE_URL/,
  ],
  'a server that lets in by TLS alone': [
    Object.assign(new Error('no pg_hba.conf entry for host "h", user "u", database "d", no encryption'), {
      code: '28000',
    }),
    /add \?sslmode=require/,
  ],
  'a pooler that refuses settings': [
    Object.assign(new Error('unsupported startup parameter: statement_timeout'), { code: '08P01' }),
    /got a pooler .*the server's own address/,
  ],
  'a file that the server lacks': [
    Object.assign(new Error('could not open file "base/5/16384"'), { code: '58P01' }),
    /the store failed \(58P01/,
  ],
  'an authority that is not there': [
    Object.assign(new Error("ENOENT: no such file or directory, open '/x.crt'"), { code: 'ENOENT' }),
    /correct sslrootcert/,
  ],
  'a socket that is not there': [
    Object.assign(new Error('connect ENOENT /x/.s.PGSQL.5432'), { code: 'ENOENT' }),
    /expected a server that answers/,
  ],
};
for (const [what, [error, sentence]] of Object.entries(SENTENCES))
  test(`${what} is told with what to do`, () =>
    assert.match(explain(error, 'PostgreSQL at db/riff'), sentence));
