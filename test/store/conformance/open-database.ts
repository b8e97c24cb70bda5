import type { SqlDatabase } from '../../../src/store/sql.ts';

/** Resolves with an empty store; the one before it may be gone then. */
export type OpenDatabase = () => Promise<SqlDatabase>;
