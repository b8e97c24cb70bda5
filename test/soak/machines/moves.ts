import type { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';

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
    await database.run(statement);
}

export function readMoves(database: PostgresDatabase): Promise<readonly Move[]> {
  return database.all<Move>('SELECT job, "user", "from", "to" FROM moves ORDER BY seq');
}

export interface FairnessErrors {
  /** The largest difference of turns between two users; a job has one turn, however often its render is lost. */
  readonly turns: number;
  /** The same where a turn counts as not taken from the loss of its render until the job is claimed again. */
  readonly whileLost: number;
  /** Claims of other jobs while one whose render was lost waited. */
  readonly overtaken: number;
}

/** Judged after each claim at which every one of so many users had a job waiting. */
export function fairnessErrors(moves: readonly Move[], users: number): FairnessErrors {
  const turns = new Map<string, number>();
  const waiting = new Map<string, number>();
  /** Jobs that were claimed, and those of them that wait again, each with its user. */
  const [claimed, lost] = [new Set<string>(), new Map<string, string>()];
  const worst = { turns: 0, whileLost: 0, overtaken: 0 };
  for (const { job, user, from, to } of moves) {
    const allWait = waiting.size === users && [...waiting.values()].every((count) => count > 0);
    if (!allWait) turns.clear();
    if (to === 'waiting') add(waiting, user, 1);
    else if (from === 'waiting') add(waiting, user, -1);
    if (to === 'waiting' && from !== null) lost.set(job, user);
    else lost.delete(job);
    if (to !== 'running') continue;
    if (!claimed.has(job)) {
      add(turns, user, 1);
      worst.overtaken += lost.size;
    }
    claimed.add(job);
    if (!allWait) continue;
    const kept = new Map(turns);
    for (const loser of lost.values()) add(kept, loser, -1);
    worst.turns = Math.max(worst.turns, spread(turns, waiting.keys()));
    worst.whileLost = Math.max(worst.whileLost, spread(kept, waiting.keys()));
  }
  return worst;
}

function add(counts: Map<string, number>, user: string, by: number): void {
  counts.set(user, (counts.get(user) ?? 0) + by);
}

function spread(turns: ReadonlyMap<string, number>, users: Iterable<string>): number {
  const counts = Array.from(users, (user) => turns.get(user) ?? 0);
  return Math.max(...counts) - Math.min(...counts);
}
