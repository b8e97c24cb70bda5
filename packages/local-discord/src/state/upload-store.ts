import type { Clock } from '../clock.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { contentTypeOf, typeByName } from './content-type.ts';
import type { Attachment } from './message.ts';
import type { Storage } from './storage.ts';

/** A file on a user's machine. */
export interface UserFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
  /** Used if the extension of the name is unknown. */
  readonly contentType?: string;
  /** For a voice message. */
  readonly durationSecs?: number;
  /** For a voice message: base64, one byte per point. */
  readonly waveform?: string;
}

interface Upload {
  readonly attachment: Attachment;
  readonly userId: string;
  /** Epoch ms. */
  readonly uploadedAt: number;
}

export interface UploadStoreParts {
  readonly attachments: AttachmentStore;
  readonly clock: Clock;
  readonly storage: Storage;
}

/** Long enough for bots that fetch the files of a command late. */
const LIFETIME_MS = 24 * 60 * 60_000;
const KEPT_BYTES = 64 * 1024 * 1024;

/** Files that users uploaded for a command, a form or their next message; the oldest are deleted first. */
export class UploadStore {
  readonly #uploads = new Map<string, Upload>();
  readonly #attachments: AttachmentStore;
  readonly #clock: Clock;
  readonly #storage: Storage;

  constructor({ attachments, clock, storage }: UploadStoreParts) {
    this.#attachments = attachments;
    this.#clock = clock;
    this.#storage = storage;
    for (const upload of storage.records<Upload>('upload')) {
      attachments.restore([upload.attachment]);
      this.#uploads.set(upload.attachment.id, upload);
    }
    this.#sweep();
  }

  /** Throws 40005 if the file is larger than the channel's limit, 50035 for a file without a name. */
  add(userId: string, channelId: string, file: UserFile): Attachment {
    const { filename, bytes, contentType = '', durationSecs, waveform } = file;
    const type = typeByName(filename) ?? contentTypeOf(filename, contentType);
    const uploaded = { index: '0', filename, contentType: type, bytes };
    const notes = [{ id: '0', duration_secs: durationSecs, waveform }];
    const [stored] = this.#attachments.store(channelId, [uploaded], notes);
    if (!stored) throw new TypeError('upload: expected the file to be stored, got none');
    const attachment = this.#attachments.move(
      stored,
      stored.path.replace('/attachments/', '/ephemeral-attachments/'),
    );
    const upload = { attachment, userId, uploadedAt: this.#clock.now() };
    this.#uploads.set(attachment.id, upload);
    this.#storage.put('upload', attachment.id, upload);
    this.#sweep();
    return attachment;
  }

  /** A file that this user uploaded; undefined for one that is gone or another user's. */
  find(userId: string, id: string): Attachment | undefined {
    const upload = this.#uploads.get(id);
    return upload?.userId === userId ? upload.attachment : undefined;
  }

  /** Hands files over to a message, which owns them from then on. */
  release(attachments: readonly Attachment[]): Attachment[] {
    return attachments.map((attachment) => {
      this.#forget(attachment.id);
      const path = attachment.path.replace('/ephemeral-attachments/', '/attachments/');
      return this.#attachments.move(attachment, path);
    });
  }

  /** Deletes uploads beyond the limits, the oldest first; the newest one stays whatever its size. */
  #sweep(): void {
    let keptBytes = 0;
    const since = this.#clock.now() - LIFETIME_MS;
    for (const { attachment, uploadedAt } of [...this.#uploads.values()].reverse()) {
      const isFirst = keptBytes === 0;
      keptBytes += attachment.sizeBytes;
      if (uploadedAt > since && (isFirst || keptBytes <= KEPT_BYTES)) continue;
      this.#forget(attachment.id);
      this.#attachments.forget([attachment]);
    }
  }

  #forget(id: string): void {
    this.#uploads.delete(id);
    this.#storage.delete('upload', id);
  }
}
