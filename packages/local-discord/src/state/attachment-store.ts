import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import { DiscordError, invalidField } from '../discord-error.ts';
import type { NextId } from '../snowflake.ts';
import type { Attachment } from './message.ts';
import type { Storage } from './storage.ts';

/** A file as it came in a multipart body. */
export interface UploadedFile {
  /** The n of `files[n]`. */
  readonly index: string;
  readonly filename: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** One entry of the `attachments` field of a message. */
export interface AttachmentNote {
  readonly id: string;
  readonly filename?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly duration_secs?: number | null | undefined;
  readonly waveform?: string | null | undefined;
}

/** Bytes from offset 16 of a PNG: width and height, big-endian. */
const PNG_SIZE_OFFSET = 16;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The files of messages and uploads; their bytes are in the storage. */
export class AttachmentStore {
  readonly #byId = new Map<string, Attachment>();
  readonly #nextId: NextId;
  readonly #storage: Storage;
  readonly #limitOf: (channelId: string) => number;
  #totalBytes = 0;

  /** `limitOf` says how many bytes a file in a channel may have. */
  constructor(nextId: NextId, storage: Storage, limitOf: (channelId: string) => number) {
    this.#nextId = nextId;
    this.#storage = storage;
    this.#limitOf = limitOf;
  }

  /** The size of all files together. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  get(id: string): Attachment | undefined {
    return this.#byId.get(id);
  }

  /** Throws TypeError for a file that is no longer kept. */
  bytes(id: string): Uint8Array {
    const bytes = this.#storage.file(id);
    if (!bytes) throw new TypeError(`attachment: expected the id of a kept file, got ${id}`);
    return bytes;
  }

  /** Registers the files that an earlier run kept. */
  restore(attachments: readonly Attachment[]): void {
    for (const attachment of attachments) this.#keep(attachment);
  }

  /** Gives a file another path. */
  move(attachment: Attachment, path: string): Attachment {
    const moved = { ...attachment, path };
    this.#byId.set(moved.id, moved);
    return moved;
  }

  /** Deletes files that nothing shows any more. */
  forget(attachments: readonly Attachment[]): void {
    for (const { id, sizeBytes } of attachments) {
      if (!this.#byId.delete(id)) continue;
      this.#totalBytes -= sizeBytes;
      this.#storage.deleteFile(id);
    }
  }

  /** Throws 40005 if a file is larger than the limit, 50035 for a file without a name. */
  store(channelId: string, files: readonly UploadedFile[], notes: readonly AttachmentNote[]): Attachment[] {
    const limitBytes = this.#limitOf(channelId);
    if (files.some((file) => file.bytes.length > limitBytes))
      throw new DiscordError(RESTJSONErrorCodes.RequestEntityTooLarge);
    return files.map((file) => this.#storeOne(channelId, file, notes));
  }

  #storeOne(channelId: string, file: UploadedFile, notes: readonly AttachmentNote[]): Attachment {
    const note = notes.find((candidate) => candidate.id === file.index);
    const given = note?.filename ?? file.filename;
    const filename = given.replace(/[^\w.-]/g, '_');
    if (filename === '')
      throw invalidField(
        `attachments.${file.index}.filename`,
        'BASE_TYPE_REQUIRED',
        'This field is required',
      );
    const id = this.#nextId();
    const attachment: Attachment = {
      id,
      filename,
      title: filename === given ? null : given.replace(/\.\w+$/, ''),
      contentType: file.contentType,
      description: note?.description ?? '',
      sizeBytes: file.bytes.length,
      path: `/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`,
      ...pictureSize(file.bytes),
      durationSecs: note?.duration_secs ?? null,
      waveform: note?.waveform ?? null,
      embedded: false,
    };
    this.#storage.putFile(id, file.bytes);
    this.#keep(attachment);
    return attachment;
  }

  /** Deletes files that an interrupted run left without a message. Call it after everything is restored. */
  sweep(): void {
    for (const id of this.#storage.fileIds()) if (!this.#byId.has(id)) this.#storage.deleteFile(id);
  }

  #keep(attachment: Attachment): void {
    this.#byId.set(attachment.id, attachment);
    this.#totalBytes += attachment.sizeBytes;
  }
}

function pictureSize(bytes: Uint8Array): { width: number | null; height: number | null } {
  const isPng = PNG_SIGNATURE.every((value, index) => bytes[index] === value);
  if (!isPng || bytes.length < PNG_SIZE_OFFSET + 8) return { width: null, height: null };
  const view = new DataView(bytes.buffer, bytes.byteOffset + PNG_SIZE_OFFSET, 8);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}
