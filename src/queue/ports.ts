/**
 * What Riff asks of its stores besides the jobs (job-store.ts) and the settings of servers (guild-settings.ts). A database
 * that cannot be read or written is a RiffError('store_failed'), a file the system's own error.
 */
import type { RiffFiles } from '../riff/engine.ts';
import type { NamedPreset } from '../riff/preset.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { Job } from './job.ts';

export interface Block {
  readonly userId: string;
  /** Null: everywhere, set by the owner of the bot. */
  readonly guildId: string | null;
  readonly reason: string;
  /** User id of the moderator or owner. */
  readonly by: string;
  readonly createdAt: number;
  /** Epoch ms; null: without end. */
  readonly until: number | null;
}

export interface BlockList {
  /** Replaces an earlier block of the same user in the same guild. */
  block(block: Block): Promise<void>;
  /** False: there was none. */
  unblock(userId: string, guildId: string | null): Promise<boolean>;
  /** The block in force now in this guild (null: in DMs). A block everywhere takes precedence over one of the guild. */
  find(userId: string, guildId: string | null, now: number): Promise<Block | null>;
  /** The blocks in force now, newest first: of exactly this guild, or (null) those set everywhere. */
  list(guildId: string | null, now: number): Promise<readonly Block[]>;
}

/** One act of a moderator, an administrator or the owner. */
export interface AuditEntry {
  /** Null: outside of guilds. */
  readonly guildId: string | null;
  /** User id of who did it. */
  readonly actorId: string;
  /** What was used: `queue remove`, `settings steps`, `riff delete`, … */
  readonly action: string;
  readonly targetUserId: string | null;
  readonly jobId: string | null;
  /** As the moderator typed it; empty when none was given. */
  readonly reason: string;
  /** The old and the new value; empty when the action is enough. */
  readonly detail: string;
  /** Epoch ms. */
  readonly at: number;
}

export interface AuditTrail {
  record(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  newest(guildId: string | null, limit: number): Promise<readonly AuditEntry[]>;
}

export type PresetOwner =
  | { readonly kind: 'user'; readonly userId: string }
  | { readonly kind: 'guild'; readonly guildId: string };

export interface PresetStore {
  /** By name. Without those that this version cannot read. */
  list(owner: PresetOwner): Promise<readonly NamedPreset[]>;
  /** Replaces one of the same name. `full`: the owner has `most` others; nothing was saved. */
  save(owner: PresetOwner, preset: NamedPreset, most: number): Promise<'saved' | 'full'>;
  /** False: there was none. */
  remove(owner: PresetOwner, name: string): Promise<boolean>;
}

export type FinishedJob = Job & { readonly state: { readonly kind: 'done' } };

/** A finished riff among those of its user. */
export interface HistoryEntry {
  readonly job: FinishedJob;
  readonly isFavourite: boolean;
  /** 1: the newest of them. */
  readonly number: number;
  readonly total: number;
}

/** Which riff: the newest, a named one, or the next to a named one. */
export type HistoryStep =
  | { readonly kind: 'newest' }
  | { readonly kind: 'at' | 'newer' | 'older'; readonly jobId: string };

/** What a user asked for. */
export interface RiffHistory {
  /** At most `limit`, the newest first. Without those that are damaged. */
  recentRequests(userId: string, limit: number): Promise<readonly RiffRequest[]>;
  /** At most `limit` of the user's finished riffs, the newest first. */
  recentRiffs(userId: string, limit: number): Promise<readonly Job[]>;
  /** Among the finished riffs of the user, or their favourites alone. Null: there is none. */
  find(userId: string, step: HistoryStep, favouritesOnly: boolean): Promise<HistoryEntry | null>;
  /**
   * `since`: epoch ms; null: no favourite any more. `full`: the user has `most` others. `unknown`: no finished riff of the
   * user. Favourites are kept beyond the retention period.
   */
  setFavourite(
    userId: string,
    jobId: string,
    since: number | null,
    most: number,
  ): Promise<'set' | 'full' | 'unknown'>;
}

/** The contents of a riff's files. */
export interface ResultBytes {
  /** PNG. */
  readonly picture: Uint8Array;
  readonly wav: Uint8Array;
  /** JPEG; null: the riff has none, or it is gone. */
  readonly poster: Uint8Array | null;
}

/** Pictures and sounds of finished riffs. */
export interface ResultStore {
  /** Resolves if one more riff could be written now; rejects with RiffError('output_failed') otherwise. */
  checkWritable(): Promise<void>;
  /** Null: they are gone. Rejects where they are there and cannot be read. */
  read(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav' | 'poster'>): Promise<ResultBytes | null>;
  /** What riffs go on from: the latents of a job, or the sound that waits for it. Null: there are none. */
  readSource(jobId: string, kind: 'latents' | 'upload'): Promise<Uint8Array | null>;
  /** Keeps the sound that a job goes on from, a WAV, under uploadName(jobId). */
  keepUpload(jobId: string, wav: Uint8Array): Promise<void>;
  /** Does nothing where there is none. */
  deleteUpload(jobId: string): Promise<void>;
  /** The ids of the jobs that such sounds are kept for. */
  listUploads(): Promise<readonly string[]>;
  /** Deletes all files of a job, those of earlier attempts included. Returns how many there were. */
  delete(jobId: string, files: Pick<RiffFiles, 'picture' | 'wav'> | null): Promise<number>;
}

/** Shown to the user by `/forget`. */
export interface Holdings {
  /** Jobs with their prompts, seeds and reply targets. */
  readonly jobs: number;
  /** Pictures, sounds and latents. */
  readonly files: number;
  readonly presets: number;
}

/** What was deleted because of its age. */
export interface Deletion extends Pick<Holdings, 'jobs' | 'files'> {
  readonly auditEntries: number;
}

/** Deletes what is kept, by its age or for its user. */
export interface Retention {
  /** How many jobs `deleteOlderThan` would delete. */
  countOlderThan(before: number): Promise<number>;
  /**
   * Finished jobs, their files and audit entries from before the moment (epoch ms). Never what still waits or runs, and no
   * favourites.
   */
  deleteOlderThan(before: number): Promise<Deletion>;
  /**
   * Deletes all jobs, files and presets of a user except a running job: cancel it first.
   * Blocks and the audit trail stay, because forgetting must not lift a block. So do the times of acceptance, which
   * the hourly limit needs (deleted with the first job accepted an hour later), and the turn: the user counts as served
   * last, not as never served.
   */
  forgetUser(userId: string): Promise<Holdings>;
  /** Deletes a finished riff of the user with its files. False: there is none. */
  forgetRiff(userId: string, jobId: string): Promise<boolean>;
  /** What is kept of a user, in any state. */
  holdingsOf(userId: string): Promise<Holdings>;
  /** Epoch ms of the last retention run, else of the newest entry; null: neither exists. */
  lastSweep(): Promise<number | null>;
  /** Stores the time of a retention run; one before the last changes nothing. */
  noteSweep(at: number): Promise<void>;
}

/** The part of pino that the queue needs. Prompts are never logged. */
export interface QueueLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
