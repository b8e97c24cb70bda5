import type { RiffHistory } from '../queue/riff-history.ts';
import { type RiffRequest, riffRequestSchema } from '../riff/request.ts';
import { all, type SqlDatabase } from './sql.ts';

const RECENT = 'SELECT request FROM jobs WHERE user_id = :userId ORDER BY seq DESC LIMIT :limit';

export class SqlRiffHistory implements RiffHistory {
  readonly #db: SqlDatabase;

  constructor(database: SqlDatabase) {
    this.#db = database;
  }

  async recentRequests(userId: string, limit: number): Promise<readonly RiffRequest[]> {
    const rows = await this.#db.perform(all<{ readonly request: string }>(RECENT, { userId, limit }));
    return rows.flatMap(({ request }) => readable(request));
  }
}

/** Empty: damaged, which is logged when the job itself is read. */
function readable(json: string): readonly RiffRequest[] {
  try {
    return [riffRequestSchema.parse(JSON.parse(json))];
  } catch {
    return [];
  }
}
