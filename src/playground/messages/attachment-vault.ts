import { DiscordError, invalidField } from '../rest/discord-error.ts';
import type { NextId } from '../snowflake.ts';
import type { Attachment } from './message.ts';

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
}

/** Bytes from offset 16 of a PNG: width and height, big-endian. */
const PNG_SIZE_OFFSET = 16;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

/** Files in memory, for as long as the local Discord runs. */
export class AttachmentVault {
  readonly #stored = new Map<string, Attachment>();
  readonly #nextId: NextId;
  readonly #baseUrl: string;
  /** Bytes per file. Tests lower it to meet 40005. */
  maxFileBytes: number;
  /** What interactions carry as `attachment_size_limit`; null = the true limit. Discord once reported too much. */
  reportedBytes: number | null = null;

  constructor(nextId: NextId, baseUrl: string, maxFileBytes: number) {
    this.#nextId = nextId;
    this.#baseUrl = baseUrl;
    this.maxFileBytes = maxFileBytes;
  }

  get reportedLimitBytes(): number {
    return this.reportedBytes ?? this.maxFileBytes;
  }

  get(id: string): Attachment | undefined {
    return this.#stored.get(id);
  }

  /** Frees what no message shows any more. */
  forget(attachments: readonly Attachment[]): void {
    for (const attachment of attachments) this.#stored.delete(attachment.id);
  }

  /** Throws 40005 where a file is larger than the limit. */
  store(channelId: string, files: readonly UploadedFile[], notes: readonly AttachmentNote[]): Attachment[] {
    if (files.some((file) => file.bytes.length > this.maxFileBytes)) throw new DiscordError(40005);
    return files.map((file) => this.#storeOne(channelId, file, notes));
  }

  #storeOne(channelId: string, file: UploadedFile, notes: readonly AttachmentNote[]): Attachment {
    const note = notes.find((candidate) => candidate.id === file.index);
    const filename = (note?.filename ?? file.filename).replace(/[^\w.-]/g, '_');
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
      contentType: file.contentType,
      description: note?.description ?? '',
      bytes: file.bytes,
      url: `${this.#baseUrl}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`,
      ...pictureSize(file.bytes),
      embedded: false,
    };
    this.#stored.set(id, attachment);
    return attachment;
  }
}

function pictureSize(bytes: Uint8Array): { width: number | null; height: number | null } {
  const isPng = PNG_SIGNATURE.every((value, index) => bytes[index] === value);
  if (!isPng || bytes.length < PNG_SIZE_OFFSET + 8) return { width: null, height: null };
  const view = new DataView(bytes.buffer, bytes.byteOffset + PNG_SIZE_OFFSET, 8);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}
