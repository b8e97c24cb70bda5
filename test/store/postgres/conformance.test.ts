import { after, before, describe } from 'node:test';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { describeStores } from '../conformance/all.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';

const EMPTY = `TRUNCATE jobs, turns, acceptances, pauses, guild_settings, blocks, audit_trail, facts, results, processes,
  presets
  RESTART IDENTITY`;

describe('PostgreSQL', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  let database: PostgresDatabase;
  before(async () => {
    cluster = await Cluster.start();
    database = new PostgresDatabase(await cluster.createDatabase());
  });
  after(async () => {
    await database.close();
    await cluster[Symbol.asyncDispose]();
  });
  describeStores('PostgreSQL', async () => {
    await database.run(EMPTY);
    return database;
  });
});
