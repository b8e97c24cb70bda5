import type { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { all, run } from '../../../src/store/sql.ts';

/** One change of a job's state, in the order of the transactions that made them. */
export interface Move {
  readonly job: string;
  readonly user: string;
  /** Null: it came in. */
  readonly from: string | null;
  readonly to: string;
}

/** Lets the database itself keep every change of a job's state, whoever makes it. */
export async function keepMoves(database: PostgresDatabase): Promise<void> {
  for (const statement of [
    `CREATE TABLE moves (seq bigint GENERATED ALWAYS AS IDENTITY, job text, "user" text, "from" text, "to" text)`,
    `CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       IF TG_OP = 'INSERT' THEN
         INSERT INTO riff.moves (job, "user", "to") VALUES (NEW.id, NEW.user_id, NEW.state);
       ELSIF OLD.state <> NEW.state THEN
         INSERT INTO riff.moves (job, "user", "from", "to") VALUES (NEW.id, NEW.user_id, OLD.state, NEW.state);
       END IF;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER job_moved AFTER INSERT OR UPDATE OF state ON jobs FOR EACH ROW EXECUTE FUNCTION note_move()`,
  ])
    await database.perform(run(statement));
}

export function readMoves(database: PostgresDatabase): Promise<readonly Move[]> {
  return database.perform(all<Move>('SELECT job, "user", "from", "to" FROM moves ORDER BY seq'));
}

/** The largest differences of turns between two users. */
export interface FairnessErrors {
  /** Between those whose renders were all kept. */
  readonly kept: number;
  /** Between all: whose render is lost with its worker takes another turn for it, and misses one. */
  readonly all: number;
}

/** Judged after each claim at which every user had a job waiting; a turn that was given back counts as not taken. */
export function fairnessErrors(moves: readonly Move[], users: number): FairnessErrors {
  const turns = new Map<string, number>();
  const waiting = new Map<string, number>();
  const lost = new Set<string>();
  const add = (counts: Map<string, number>, user: string, by: number) =>
    counts.set(user, (counts.get(user) ?? 0) + by);
  const spread = (isJudged: (user: string) => boolean): number => {
    const counts = [...waiting.keys()].filter(isJudged).map((user) => turns.get(user) ?? 0);
    return Math.max(...counts) - Math.min(...counts);
  };
  let [kept, all] = [0, 0];
  for (const { user, from, to } of moves) {
    const allWait = waiting.size === users && [...waiting.values()].every((count) => count > 0);
    if (!allWait) {
      turns.clear();
      lost.clear();
    }
    if (to === 'waiting') add(waiting, user, 1);
    else if (from === 'waiting') add(waiting, user, -1);
    if (from === 'waiting' && to === 'running') add(turns, user, 1);
    if (from === 'running' && to === 'waiting') {
      add(turns, user, -1);
      lost.add(user);
    }
    if (!allWait || to !== 'running') continue;
    kept = Math.max(
      kept,
      spread((other) => !lost.has(other)),
    );
    all = Math.max(
      all,
      spread(() => true),
    );
  }
  return { kept, all };
}
