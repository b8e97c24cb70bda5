/** Steps that are the same for both databases but for words of theirs. As all steps, they never change once they are released. */

/** `bigint`: the type of a whole number of 64 bits. */
export const turnsOfJobs = (bigint: string): string => `
  ALTER TABLE jobs ADD COLUMN turn ${bigint} NOT NULL DEFAULT 0;
  UPDATE jobs SET turn = coalesce((SELECT turn FROM turns WHERE turns.user_id = jobs.user_id), 0)
    WHERE state = 'waiting';
  DROP INDEX jobs_waiting;
  CREATE INDEX jobs_waiting_by_turn ON jobs (turn, seq) WHERE state = 'waiting';
  CREATE INDEX jobs_waiting_by_tenant ON jobs (tenant, priority DESC, turn, seq) WHERE state = 'waiting';
  CREATE INDEX jobs_waiting_by_user ON jobs (user_id) WHERE state = 'waiting';
  `;

/** `options`: what follows the columns of a table. */
export const presets = (options = ''): string => `
  CREATE TABLE presets (
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('user', 'guild')),
    owner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    request TEXT NOT NULL,
    PRIMARY KEY (owner_kind, owner_id, name)
  ) ${options};
  `;

/** What waits again at this step keeps no turn: its user was given the turn back. */
export const KEPT_TURNS = `
  ALTER TABLE jobs ADD COLUMN keeps_turn INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs DROP COLUMN turn_before;
  `;

export const favourites = (bigint: string): string => `
  ALTER TABLE jobs ADD COLUMN favourite_since ${bigint};
  CREATE INDEX jobs_favourite ON jobs (user_id, seq) WHERE favourite_since IS NOT NULL;
  CREATE INDEX jobs_done_by_user ON jobs (user_id, seq) WHERE state = 'done';
  `;
