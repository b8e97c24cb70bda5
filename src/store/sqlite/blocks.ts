import type { Block, BlockList } from '../../queue/block-list.ts';
import type { SqliteDatabase } from './sqlite.ts';

/** `place` stands for the guild; a NULL in a primary key would let one user be blocked twice. */
const EVERYWHERE = '*';
const COLUMNS = `user_id AS userId, nullif(place, '${EVERYWHERE}') AS guildId, reason, by,
  created_at AS createdAt, until`;
const HOLDS = '(until IS NULL OR until > :now)';

export class SqliteBlockList implements BlockList {
  readonly #db: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    this.#db = database;
  }

  block(block: Block): void {
    const { userId, guildId, reason, by, createdAt, until } = block;
    this.#db.run(
      `INSERT OR REPLACE INTO blocks (user_id, place, reason, by, created_at, until)
       VALUES (:userId, :place, :reason, :by, :createdAt, :until)`,
      { userId, place: guildId ?? EVERYWHERE, reason, by, createdAt, until },
    );
  }

  unblock(userId: string, guildId: string | null): boolean {
    const place = guildId ?? EVERYWHERE;
    return (
      this.#db.run('DELETE FROM blocks WHERE user_id = :userId AND place = :place', { userId, place }) > 0
    );
  }

  find(userId: string, guildId: string | null, now: number): Block | null {
    const row = this.#db.get<Block>(
      `SELECT ${COLUMNS} FROM blocks
       WHERE user_id = :userId AND place IN ('${EVERYWHERE}', :place) AND ${HOLDS}
       ORDER BY place = '${EVERYWHERE}' DESC LIMIT 1`,
      { userId, place: guildId ?? EVERYWHERE, now },
    );
    return row && { ...row };
  }

  list(guildId: string | null, now: number): readonly Block[] {
    const rows = this.#db.all<Block>(
      `SELECT ${COLUMNS} FROM blocks WHERE place = :place AND ${HOLDS} ORDER BY created_at DESC, user_id`,
      { place: guildId ?? EVERYWHERE, now },
    );
    return rows.map((row) => ({ ...row }));
  }
}
