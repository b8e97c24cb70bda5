import { SqliteDatabase } from '../../src/store/sqlite.ts';
import { SqliteJobStore } from '../../src/store/sqlite-job-store.ts';
import { describeJobStore } from './job-store-conformance.ts';

describeJobStore('SQLite', () => new SqliteJobStore(new SqliteDatabase(':memory:')));
