import { messageOf } from '../errors.ts';
import { type AdmissionFacts, admit, HOUR_MS, refuse } from './admission.ts';
import type { RiffQueueOptions } from './contract.ts';
import type { Admission, Job, JobDraft, QueuePlace } from './job.ts';
import type { Outlook } from './outlook.ts';
import { randomId } from './worker-id.ts';

const STORE_RETRY_MS = 60_000;

/** The way into the queue: gathers the facts, asks `admit`, stores the job. */
export class Intake {
  readonly #options: RiffQueueOptions;
  readonly #outlook: Outlook;
  readonly #onAccepted: () => void;
  /** One at a time: two at once would both pass under a limit that has room for one. */
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: RiffQueueOptions, outlook: Outlook, onAccepted: () => void) {
    this.#options = options;
    this.#outlook = outlook;
    this.#onAccepted = onAccepted;
  }

  async enqueue(draft: JobDraft): Promise<Admission> {
    const admission = this.#last.then(() => this.#admit(draft));
    this.#last = admission.catch(() => {});
    try {
      return await admission;
    } catch (error) {
      return this.#refuseUnstored(error);
    }
  }

  /** Refuses from now on; resolves when what was under way is in. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#last;
  }

  async #admit(draft: JobDraft): Promise<Admission> {
    const { store, clock, newId = randomId } = this.#options;
    const facts = await this.#factsFor(draft);
    const verdict = admit(facts);
    if (verdict.kind === 'refused') return verdict;
    const job = await store.insert({ id: newId(), createdAt: clock.now(), ...draft });
    this.#outlook.forget();
    const place = await this.#placeOf(job, facts.waiting.total + 1);
    this.#onAccepted();
    return { kind: 'accepted', job, place };
  }

  /** The job is in: a failure to read its place must not look like a refusal. */
  async #placeOf(job: Job, total: number): Promise<QueuePlace> {
    const last: QueuePlace = { position: total, total, etaMs: null, standstill: null };
    try {
      return (await this.#outlook.places()).get(job.id) ?? last;
    } catch {
      return last;
    }
  }

  async #factsFor({ userId, guildId }: JobDraft): Promise<AdmissionFacts> {
    const { store, clock, limitsFor, blockFor } = this.#options;
    const now = clock.now();
    return {
      now,
      isDraining: this.#closed,
      obstacle: blockFor?.(userId, guildId, now) ?? null,
      limits: limitsFor(guildId),
      waiting: await store.countWaiting(userId, guildId),
      freeInMs: await this.#outlook.nextStartsMs(userId, guildId),
      acceptedAt: await store.acceptedSince(userId, now - HOUR_MS),
      inGuild: guildId !== null,
    };
  }

  #refuseUnstored(error: unknown): Admission {
    const errorId = randomId(6);
    this.#options.log.error({ errorId, error: messageOf(error) }, 'a job could not be stored');
    const message = `The queue cannot be written at the moment (error ${errorId}). Please try again later.`;
    return refuse('store_failed', message, STORE_RETRY_MS);
  }
}
