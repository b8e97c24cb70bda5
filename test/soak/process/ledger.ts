import type { LocalDiscord } from 'local-discord';
import type { Interaction } from 'local-discord/interaction';
import type { SqliteDatabase } from '../../../src/store/sqlite/sqlite.ts';

interface JobLine {
  readonly id: string;
  readonly state: string;
  readonly token: string;
  readonly attempts: number;
  readonly errorId: string | null;
}

export interface Balance {
  readonly jobs: number;
  readonly delivered: number;
  /** Given up with a reason that its user was told. */
  readonly refused: number;
  /** In the store, and then neither delivered nor refused with a reason. */
  readonly lost: readonly string[];
  /** Messages with a riff beyond the first of their job. */
  readonly duplicates: number;
  /** Commands that were acknowledged and never came to be a job: the bot was killed in between. */
  readonly unstored: number;
}

const JOBS = `SELECT id, state, attempts, error_id AS errorId, target ->> 'interactionToken' AS token FROM jobs`;

/** What users were shown, noted as it happens: the local Discord itself forgets old messages. */
export class Ledger {
  readonly #riffMessages = new Map<string, Set<string>>();
  readonly #texts = new Map<string, string>();
  /** Called as soon as a riff stands in a message; the bot has not been answered yet. */
  onRiff: () => void = () => {};

  constructor(discord: LocalDiscord) {
    discord.events.on('message', (change, message) => {
      // The local Discord lets go of old messages; that is no news.
      if (change === 'deleted') return;
      this.#texts.set(message.id, message.content);
      const jobId = /"1:again:([a-z0-9]+)"/.exec(JSON.stringify(message.components))?.[1];
      if (jobId === undefined || message.attachments.length === 0) return;
      const isFirst = !this.#riffMessages.has(jobId);
      const messages = this.#riffMessages.get(jobId) ?? new Set();
      this.#riffMessages.set(jobId, messages.add(message.id));
      if (isFirst) this.onRiff();
    });
  }

  /** Jobs whose riff stands in a message. */
  get shown(): number {
    return this.#riffMessages.size;
  }

  async balance(database: SqliteDatabase, commands: readonly Interaction[]): Promise<Balance> {
    const jobs = await database.all<JobLine>(JOBS);
    const isDelivered = ({ id, state }: JobLine): boolean => state === 'done' && this.#riffMessages.has(id);
    const isRefused = ({ state, errorId }: JobLine): boolean => state === 'failed' && this.#wasTold(errorId);
    const stored = new Set(jobs.map(({ token }) => token));
    return {
      jobs: jobs.length,
      delivered: jobs.filter(isDelivered).length,
      refused: jobs.filter(isRefused).length,
      lost: jobs
        .filter((job) => !isDelivered(job) && !isRefused(job))
        .map(({ id, state, attempts }) => `${id} ${state} after ${attempts}`),
      duplicates: [...this.#riffMessages.values()].reduce((sum, { size }) => sum + size - 1, 0),
      unstored: commands.filter(({ state, token }) => state.kind === 'answered' && !stored.has(token)).length,
    };
  }

  #wasTold(errorId: string | null): boolean {
    return errorId !== null && [...this.#texts.values()].some((text) => text.includes(errorId));
  }
}
