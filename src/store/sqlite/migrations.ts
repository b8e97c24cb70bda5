import { favourites, KEPT_TURNS, presets, turnsOfJobs } from '../shared-migrations.ts';

/**
 * Step n brings a file from schema n to n + 1 (`user_version`). Steps that were released never change; new ones follow.
 * Times are epoch milliseconds; `request`, `target`, `progress`, `files` and `settings` are JSON.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'waiting'
      CHECK (state IN ('waiting', 'running', 'rendered', 'done', 'failed', 'cancelled')),
    user_id TEXT NOT NULL,
    guild_id TEXT,
    lane TEXT NOT NULL,
    request TEXT NOT NULL,
    target TEXT NOT NULL,
    parent_job_id TEXT,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    priority INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    holder TEXT,
    lease_until INTEGER,
    turn_before INTEGER,
    started_at INTEGER,
    progress TEXT,
    files TEXT,
    rendered_at INTEGER,
    delivery_attempts INTEGER NOT NULL DEFAULT 0,
    ended_at INTEGER,
    message_id TEXT,
    failure_code TEXT,
    failure_reason TEXT,
    error_id TEXT,
    cancel_by TEXT,
    cancel_reason TEXT
  ) STRICT;
  CREATE INDEX jobs_waiting ON jobs (lane, seq) WHERE state = 'waiting';
  CREATE INDEX jobs_held ON jobs (holder) WHERE state IN ('running', 'rendered');
  CREATE INDEX jobs_quarantined ON jobs (ended_at) WHERE failure_code = 'quarantined';
  CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX jobs_by_user ON jobs (user_id, seq);

  CREATE TABLE turns (user_id TEXT PRIMARY KEY, turn INTEGER NOT NULL) STRICT;
  CREATE INDEX turns_latest ON turns (turn);

  CREATE TABLE acceptances (user_id TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX acceptances_by_user ON acceptances (user_id, at);
  CREATE INDEX acceptances_by_age ON acceptances (at);

  CREATE TABLE pauses (lane TEXT PRIMARY KEY) STRICT;

  CREATE TABLE guild_settings (guild_id TEXT PRIMARY KEY, settings TEXT NOT NULL) STRICT;

  CREATE TABLE blocks (
    user_id TEXT NOT NULL,
    place TEXT NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    until INTEGER,
    PRIMARY KEY (user_id, place)
  ) STRICT;

  CREATE TABLE audit_trail (
    seq INTEGER PRIMARY KEY,
    guild_id TEXT,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    target_user_id TEXT,
    job_id TEXT,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX audit_trail_by_guild ON audit_trail (guild_id, seq);
  CREATE INDEX audit_trail_by_age ON audit_trail (at);
  `,
  `
  ALTER TABLE pauses ADD COLUMN reason TEXT NOT NULL DEFAULT '';
  ALTER TABLE audit_trail ADD COLUMN detail TEXT NOT NULL DEFAULT '';
  `,
  `
  ALTER TABLE jobs ADD COLUMN end_told_at INTEGER;
  UPDATE jobs SET end_told_at = ended_at WHERE state IN ('failed', 'cancelled');
  CREATE INDEX jobs_end_untold ON jobs (seq) WHERE state IN ('failed', 'cancelled') AND end_told_at IS NULL;
  `,
  `
  ALTER TABLE jobs ADD COLUMN bot_deaths INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  `,
  `
  ALTER TABLE jobs RENAME COLUMN holder TO worker_id;
  ALTER TABLE jobs RENAME COLUMN lane TO tenant;
  ALTER TABLE pauses RENAME COLUMN lane TO tenant;
  DROP INDEX jobs_quarantined;
  UPDATE jobs SET failure_code = 'dead_lettered' WHERE failure_code = 'quarantined';
  CREATE INDEX jobs_dead_lettered ON jobs (ended_at) WHERE failure_code = 'dead_lettered';
  `,
  'ALTER TABLE blocks RENAME COLUMN place TO guild_id;',
  `
  ALTER TABLE jobs ADD COLUMN bot_id TEXT;
  CREATE TABLE processes (id TEXT PRIMARY KEY, lease_until INTEGER NOT NULL, description TEXT) STRICT;
  `,
  turnsOfJobs('INTEGER'),
  presets('STRICT'),
  favourites('INTEGER'),
  KEPT_TURNS,
];
