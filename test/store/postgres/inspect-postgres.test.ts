import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { inspectPostgres } from '../../../src/store/postgres/inspect-postgres.ts';
import { MIGRATIONS } from '../../../src/store/postgres/migrations.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';

test('a file of the address that cannot be read is told like a server that does not answer', async () => {
  for (const file of ['/nosuch.pem', tmpdir()]) {
    const url = `postgres://u:p@127.0.0.1:1/db?sslmode=verify-full&sslrootcert=${file}`;
    const inspection = await inspectPostgres(url);
    assert.ok(inspection.kind === 'unreachable');
    assert.match(inspection.finding, /expected a file that can be read .* correct sslrootcert/);
  }
});

describe('looking at a store on PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster[Symbol.asyncDispose]());

  async function query(url: string, sql: string): Promise<readonly object[]> {
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query(sql);
    await client.end();
    return rows;
  }

  test('tells a sound one from one of a newer Riff', async () => {
    const url = await cluster.createDatabase();
    assert.equal((await inspectPostgres(url)).kind, 'sound');
    await query(url, 'INSERT INTO riff.migrations VALUES (99)');
    const newer = await inspectPostgres(url);
    assert.ok(newer.kind === 'newer');
    assert.deepEqual([newer.schema, newer.known], [99, MIGRATIONS.length]);
  });

  test('makes nothing in an empty database', async () => {
    const url = cluster.urlOf('postgres');
    assert.equal((await inspectPostgres(url)).kind, 'absent');
    assert.deepEqual(await query(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'riff'"), []);
  });

  test('says what to do about a database that does not exist', async () => {
    const inspection = await inspectPostgres(cluster.urlOf('nowhere'));
    assert.ok(inspection.kind === 'unreachable');
    assert.match(inspection.finding, /nowhere: expected a database that exists .*createdb/);
  });
});
