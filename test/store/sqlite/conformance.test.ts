import { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';
import { describeStores } from '../conformance/all.ts';

describeStores('SQLite', async () => new SqliteDatabase(':memory:'));
