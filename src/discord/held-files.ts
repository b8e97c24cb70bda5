import type { Clock } from '../clock.ts';
import type { AttachmentFile } from './fetch-attachment.ts';

/** A form can be sent as long as Discord takes answers to the interaction that opened it. */
const KEPT_MS = 15 * 60_000;
/** The oldest are dropped first. */
const MOST_KEPT = 1000;

/** Remembers the file of a message while a form about it is open, because the submitted form does not name the message. */
export class HeldFiles {
  readonly #clock: Clock;
  readonly #files = new Map<string, { readonly file: AttachmentFile; readonly since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hold(id: string, { name, size, url }: AttachmentFile): void {
    this.#files.set(id, { file: { name, size, url }, since: this.#clock.now() });
    const [oldest] = this.#files.keys();
    if (this.#files.size > MOST_KEPT && oldest !== undefined) this.#files.delete(oldest);
  }

  /** Null: it was held too long ago, or by an earlier run of the bot. */
  find(id: string): AttachmentFile | null {
    const held = this.#files.get(id);
    return held && this.#clock.now() - held.since < KEPT_MS ? held.file : null;
  }
}
