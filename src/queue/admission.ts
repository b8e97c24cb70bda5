import { messageOf } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import type { RiffQueueOptions } from './contract.ts';
import type { GuildSettings } from './guild-settings.ts';
import type { Accepted, BatchAdmission, ByReach, JobDraft, Refusal, Refused } from './job.ts';
import type { LimitCheck, LimitCounts, NewJob, WaitingJob } from './job-store.ts';
import { randomId } from './random-id.ts';
import type { Schedule, ScheduleReader } from './schedule.ts';
import { insertWithUploads } from './uploads.ts';

/** What a guild or the bot allows. `perUser…` counts across all guilds and DMs. */
export interface QueueLimits {
  readonly perUserWaiting: number;
  /** Not applied in DMs. */
  readonly perGuildWaiting: number;
  /** Accepted jobs in any 60 minutes. */
  readonly perUserPerHour: number;
  readonly totalWaiting: number;
}

/** Why a user may not use the bot there. */
export interface Obstacle {
  readonly reason: string;
  /** Epoch ms; null: without end. */
  readonly until: number | null;
}

export interface AdmissionFacts extends LimitCounts {
  readonly now: number;
  readonly isDraining: boolean;
  readonly obstacle: Obstacle | null;
  readonly limits: QueueLimits;
  /** Time until the next waiting job starts; null before the first measurement, Infinity while paused. */
  readonly freeInMs: ByReach<number | null>;
  readonly inGuild: boolean;
  /** What each job counts as, in plain clips. */
  readonly clips: number;
  /** How many come in together; absent: 1. */
  readonly count?: number;
}

export const HOUR_MS = 3_600_000;
const STORE_RETRY_MS = 60_000;
const CLOSED: Notice = { kind: 'closed' };
/** The fallback when no better estimate exists. */
const A_MINUTE_MS = 60_000;

export interface EnqueueContext
  extends Pick<RiffQueueOptions, 'store' | 'uploads' | 'clock' | 'log' | 'blocks' | 'newId'> {
  readonly schedule: ScheduleReader;
  /** This process. */
  readonly botId: string;
  readonly isDraining: boolean;
}

/** Jobs of one user in one guild, of the same length: all of them come in, or none. `limits`: those of the guild. */
export interface Entry {
  readonly drafts: readonly JobDraft[];
  readonly limits: QueueLimits;
}

/**
 * Stores what came in together, one entry after the other, each where the limits have room: with one reading of the
 * queue, one commit, and one look at the positions. Never rejects: a failing store is a refusal, too.
 */
export async function enqueueAll(
  entries: readonly Entry[],
  context: EnqueueContext,
): Promise<readonly BatchAdmission[]> {
  const reading = context.schedule.read();
  const outcomes = await Promise.all(entries.map((entry) => insertEntry(entry, reading, context)));
  const inserted = outcomes.flatMap((outcome) => ('kind' in outcome ? [] : outcome));
  const accepted = inserted.length > 0 ? context.schedule.add(inserted, reading, await reading) : NOTHING_IN;
  return outcomes.map((outcome) =>
    'kind' in outcome
      ? outcome
      : { kind: 'accepted', all: outcome.flatMap(({ job }) => accepted.get(job.id) ?? []) },
  );
}

type Outcome = readonly WaitingJob[] | Refused;
const NOTHING_IN: ReadonlyMap<string, Accepted> = new Map();

async function insertEntry(
  entry: Entry,
  reading: Promise<Schedule>,
  context: EnqueueContext,
): Promise<Outcome> {
  try {
    return await tryToInsert(entry, await reading, context);
  } catch (error) {
    const errorId = randomId(6);
    context.log.error({ errorId, error: messageOf(error) }, 'a job could not be stored');
    return refuse('store_failed', { kind: 'queueUnwritable', errorId }, STORE_RETRY_MS);
  }
}

async function tryToInsert(
  { drafts, limits }: Entry,
  before: Schedule,
  context: EnqueueContext,
): Promise<Outcome> {
  const [first] = drafts;
  if (!first) throw new TypeError('drafts: expected at least one, got none');
  const { botId, newId = randomId } = context;
  const facts = { ...(await knownFacts(first, limits, before, context)), count: drafts.length };
  const refused = refusalOf(facts);
  if (refused) return refused;
  const { now: createdAt, clips } = facts;
  const sounds = new Map<string, Uint8Array>();
  const jobs = drafts.map(({ upload, ...draft }): NewJob => {
    const job = { id: newId(), createdAt, botId, clips, ...draft };
    if (upload) sounds.set(job.id, upload);
    return job;
  });
  const check: LimitCheck = (counts) => refusalOf({ ...facts, ...counts });
  return insertWithUploads(jobs, check, sounds, context);
}

/**
 * What would refuse the job before the store is asked. For work that comes before a job, such as fetching its sound.
 * Rejects with RiffError('store_failed').
 */
export async function earlyRefusal(
  draft: JobDraft,
  limits: QueueLimits,
  context: EnqueueContext,
): Promise<Refused | null> {
  return refusalOf(await knownFacts(draft, limits, await context.schedule.read(), context));
}

/** The facts that this process knows without the store, so that a full queue costs the store nothing. */
async function knownFacts(
  { userId, guildId, request }: JobDraft,
  limits: QueueLimits,
  before: Schedule,
  { clock, schedule, blocks, isDraining }: EnqueueContext,
): Promise<AdmissionFacts> {
  const now = clock.now();
  const obstacle = (await blocks?.find(userId, guildId, now)) ?? null;
  return {
    now,
    isDraining,
    obstacle,
    limits,
    freeInMs: before.nextStartsMs(userId, guildId, schedule.capacity),
    inGuild: guildId !== null,
    waiting: before.countWaiting(userId, guildId),
    acceptedAt: [],
    clips: schedule.clipsOf(request),
  };
}

/** Checks the rules in order; the first one that is broken gives the refusal. Null: the job is accepted. */
export function refusalOf(facts: AdmissionFacts): Refused | null {
  return (
    refuseShutdown(facts) ??
    refuseBlocked(facts) ??
    refuseFull(facts) ??
    refuseUserWaiting(facts) ??
    refuseGuildWaiting(facts) ??
    refuseRate(facts) ??
    refuseTogether(facts)
  );
}

function refuse(reason: Refusal, notice: Notice, retryAfterMs: number | null, moderatorReason = ''): Refused {
  return { kind: 'refused', reason, notice, retryAfterMs, moderatorReason };
}

function refuseShutdown({ isDraining }: AdmissionFacts): Refused | null {
  if (!isDraining) return null;
  return refuse('shutting_down', { kind: 'restarting' }, A_MINUTE_MS);
}

function refuseBlocked({ obstacle, now }: AdmissionFacts): Refused | null {
  if (obstacle === null) return null;
  const retryAfterMs = obstacle.until === null ? null : obstacle.until - now;
  return refuse('blocked', { kind: 'blocked' }, retryAfterMs, obstacle.reason);
}

function refuseFull({ waiting, limits, freeInMs }: AdmissionFacts): Refused | null {
  if (waiting.total < limits.totalWaiting) return null;
  const notice: Notice = { kind: 'queueFull', waiting: waiting.total };
  return refuse('queue_full', notice, waitFor(freeInMs.total));
}

function refuseUserWaiting({ waiting, limits, freeInMs }: AdmissionFacts): Refused | null {
  if (waiting.user < limits.perUserWaiting) return null;
  if (limits.perUserWaiting <= 0) return refuse('user_waiting_limit', CLOSED, null);
  const notice: Notice = { kind: 'userWaiting', waiting: waiting.user, most: limits.perUserWaiting };
  return refuse('user_waiting_limit', notice, waitFor(freeInMs.user));
}

function refuseGuildWaiting({ waiting, limits, freeInMs, inGuild }: AdmissionFacts): Refused | null {
  if (!inGuild || waiting.guild < limits.perGuildWaiting) return null;
  if (limits.perGuildWaiting <= 0) return refuse('guild_waiting_limit', CLOSED, null);
  const notice: Notice = { kind: 'serverWaiting', waiting: waiting.guild, most: limits.perGuildWaiting };
  return refuse('guild_waiting_limit', notice, waitFor(freeInMs.guild));
}

function refuseRate({ acceptedAt, limits, now, clips }: AdmissionFacts): Refused | null {
  const { perUserPerHour } = limits;
  const retryAfterMs = waitForRoom(acceptedAt, perUserPerHour, HOUR_MS, now, clips);
  if (retryAfterMs === 0) return null;
  if (retryAfterMs === null) return refuse('user_rate_limit', CLOSED, null);
  const most = perUserPerHour;
  const notice: Notice = clips > 1 ? { kind: 'countsAsMany', clips, most } : { kind: 'hourIsFull', most };
  return refuse('user_rate_limit', notice, retryAfterMs);
}

/** The refusal if there is room for one job but not for all that come in together; null: there is room. */
function refuseTogether({ count = 1, ...facts }: AdmissionFacts): Refused | null {
  const { waiting, limits, inGuild, acceptedAt, now, clips } = facts;
  const taken = acceptedAt.filter((at) => at > now - HOUR_MS).length;
  const rooms: readonly { readonly reason: Refusal; readonly free: number }[] = [
    { reason: 'queue_full', free: limits.totalWaiting - waiting.total },
    { reason: 'user_waiting_limit', free: limits.perUserWaiting - waiting.user },
    ...(inGuild
      ? [{ reason: 'guild_waiting_limit', free: limits.perGuildWaiting - waiting.guild } as const]
      : []),
    // More than the limit are allowed at once after an hour of nothing, but only as one riff.
    { reason: 'user_rate_limit', free: Math.max(1, Math.floor((limits.perUserPerHour - taken) / clips)) },
  ];
  const [least] = rooms.toSorted((a, b) => a.free - b.free);
  if (!least || count <= least.free) return null;
  return refuse(least.reason, { kind: 'roomForFewer', count, free: least.free }, null);
}

/** Null: paused, so the time is unknown. */
function waitFor(freeInMs: number | null): number | null {
  return freeInMs === Number.POSITIVE_INFINITY ? null : (freeInMs ?? A_MINUTE_MS);
}

/**
 * Sliding window: ms until `count` more are allowed; 0: now; null: never (the limit is 0). More than the limit are
 * allowed once the window is empty.
 * `takenAt`: epoch ms of earlier ones, oldest first; those outside the window are ignored.
 */
export function waitForRoom(
  takenAt: readonly number[],
  limit: number,
  windowMs: number,
  now: number,
  count = 1,
): number | null {
  if (limit <= 0) return null;
  const inWindow = takenAt.filter((at) => at > now - windowMs);
  const lastInTheWay = inWindow.at(Math.min(count, limit) - limit - 1);
  return lastInTheWay === undefined ? 0 : lastInTheWay + windowMs - now;
}

/**
 * The limits that hold in a guild with these settings. A guild may be stricter than the operator, never
 * laxer: the limits of a user count across all guilds, and one guild must not open them for the others.
 */
export function guildLimits(operator: QueueLimits, own: GuildSettings): QueueLimits {
  const lower = (limit: number, ceiling: number | null): number => Math.min(limit, ceiling ?? limit);
  return {
    perUserWaiting: lower(operator.perUserWaiting, own.perUserWaiting),
    perGuildWaiting: lower(operator.perGuildWaiting, own.perGuildWaiting),
    perUserPerHour: lower(operator.perUserPerHour, own.perUserPerHour),
    totalWaiting: operator.totalWaiting,
  };
}
