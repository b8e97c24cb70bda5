import { z } from 'zod';
import { LANGUAGES } from '../messages/languages.ts';
import type { Notice } from '../messages/notices.ts';
import type { RenderProgress, RiffFiles } from '../riff/engine.ts';
import type { RiffRequest } from '../riff/request.ts';

/** Where the answer goes. Opaque to the queue, kept with the job so that a restart can still deliver. */
export const replyTargetSchema = z
  .object({
    context: z.enum(['guild', 'bot_dm', 'private_channel']),
    channelId: z.string(),
    applicationId: z.string(),
    interactionToken: z.string(),
    /** Epoch ms; 15 minutes after the interaction was created. */
    tokenExpiresAt: z.number(),
    /** The bot itself may post in the channel (it is a member there with the permissions, or it is its own DM). */
    canPost: z.boolean(),
    /** The user's, as far as Riff speaks it. Older jobs have Discord's, such as `en-GB`, which is read as English. */
    locale: z.enum(LANGUAGES).catch('en'),
    /** `attachment_size_limit` of the interaction, clamped to 10 MiB. */
    maxFileBytes: z.number(),
    /** The ids of the jobs that share this answer, in their order; absent: the answer is one job's alone. */
    batch: z.array(z.string()).readonly().optional(),
  })
  .readonly();
export type ReplyTarget = z.infer<typeof replyTargetSchema>;

export type JobState =
  | { readonly kind: 'waiting' }
  | {
      readonly kind: 'running';
      readonly startedAt: number;
      readonly leaseUntil: number;
      readonly progress: RenderProgress;
    }
  /** Files exist, the answer has not been confirmed by Discord yet. */
  | { readonly kind: 'rendered'; readonly files: RiffFiles; readonly renderedAt: number }
  | {
      readonly kind: 'done';
      readonly files: RiffFiles;
      readonly doneAt: number;
      readonly messageId: string | null;
    }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly reason: string;
      readonly errorId: string;
      readonly failedAt: number;
    }
  | {
      readonly kind: 'cancelled';
      readonly by: string;
      readonly reason: string;
      readonly cancelledAt: number;
    };

export interface Job {
  /** Unique; [a-z0-9-], because it is part of custom_ids and file names. */
  readonly id: string;
  readonly request: RiffRequest;
  readonly userId: string;
  /** null: a DM or a private channel. */
  readonly guildId: string | null;
  readonly target: ReplyTarget;
  readonly parentJobId: string | null;
  readonly createdAt: number;
  /** How often a render was started, not counting those that an orderly stop requeued. */
  readonly attempts: number;
  /**
   * Set when a moderator moves the job: the larger runs earlier among its guild's jobs; 0 is the default.
   * It only reorders one guild's jobs, so no moderator can overtake other guilds.
   */
  readonly priority: number;
  readonly state: JobState;
}

/** It waits or runs: it can still be cancelled. */
export function isUnfinished({ state }: Pick<Job, 'state'>): boolean {
  return state.kind === 'waiting' || state.kind === 'running';
}

/** Null: not rendered. The files themselves may be gone by now. */
export function filesOf({ state }: Job): RiffFiles | null {
  return state.kind === 'rendered' || state.kind === 'done' ? state.files : null;
}

export interface JobDraft extends Pick<Job, 'request' | 'userId' | 'guildId' | 'target' | 'parentJobId'> {
  /** Where the request names it: the job's future id. */
  readonly id?: string;
  /** A WAV that the request goes on from as `uploadName(id)`. */
  readonly upload?: Uint8Array;
}

/** Which part of the queue an act is about. */
export type QueueScope =
  | { readonly kind: 'all' }
  | { readonly kind: 'guild'; readonly guildId: string }
  | { readonly kind: 'user'; readonly userId: string };

export function isInScope(scope: QueueScope, job: Pick<Job, 'guildId' | 'userId'>): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'guild':
      return job.guildId === scope.guildId;
    case 'user':
      return job.userId === scope.userId;
  }
}

/** What can be paused: everything, or the jobs of one guild. */
export type PauseScope = Exclude<QueueScope, { readonly kind: 'user' }>;

export interface Pause {
  readonly scope: PauseScope;
  /** As the moderator typed it; empty when none was given. */
  readonly reason: string;
}

/** Who does it (user id) and why; both are kept with the job. */
export interface Act {
  readonly by: string;
  readonly reason: string;
}

export type CancelResult =
  /** It was waiting, or it was running and the engine has really stopped. */
  | { readonly kind: 'cancelled'; readonly job: Job }
  /** Already rendered, done, failed or cancelled: `job.state` says which. */
  | { readonly kind: 'too_late'; readonly job: Job }
  | { readonly kind: 'unknown' };

export type MoveResult =
  | { readonly kind: 'moved'; readonly job: Job; readonly position: QueuePosition }
  | { readonly kind: 'not_waiting'; readonly job: Job }
  | { readonly kind: 'unknown' };

export type Refusal =
  | 'blocked'
  | 'user_waiting_limit'
  | 'guild_waiting_limit'
  | 'queue_full'
  | 'user_rate_limit'
  | 'shutting_down'
  | 'store_failed';

export interface Accepted {
  readonly kind: 'accepted';
  readonly job: Job;
  readonly position: QueuePosition;
}

/** Of jobs that come in together: all of them, or none. */
export type BatchAdmission = { readonly kind: 'accepted'; readonly all: readonly Accepted[] } | Refused;

export type Admission =
  | Accepted
  | {
      readonly kind: 'refused';
      readonly reason: Refusal;
      readonly notice: Notice;
      /** Null: unknown (a pause), or never (a block without end). */
      readonly retryAfterMs: number | null;
      /** As the moderator typed it, not escaped; empty when none was given. */
      readonly moderatorReason: string;
    };

export type Refused = Extract<Admission, { readonly kind: 'refused' }>;

/** Numbers for the user, for their guild (0 or null in DMs), and for the whole queue. */
export interface ByReach<T> {
  readonly user: T;
  readonly guild: T;
  readonly total: T;
}

/** Why a waiting job does not start: a moderator paused its queue, or nothing can be rendered. */
export type Blocked =
  | { readonly kind: 'paused'; readonly reason: string }
  | { readonly kind: 'blocked'; readonly reason: string };

/**
 * Number 1 runs next; 0 is running now. `etaMs`: time until the files are expected; null before the first measurement or
 * while the job is blocked.
 */
export interface QueuePosition {
  readonly number: number;
  readonly total: number;
  readonly etaMs: number | null;
  readonly blocked: Blocked | null;
}
