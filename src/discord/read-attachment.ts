import { type CutSound, cutSound } from '../audio/decode-sound.ts';
import type { PartOptions } from '../audio/sound-part.ts';
import { UserError } from '../errors.ts';
import { riffOf } from '../render/recipe-file.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { AttachmentFile, FetchAttachment } from './fetch-attachment.ts';
import { MAX_FILE_BYTES } from './reply.ts';
import { Semaphore } from './semaphore.ts';

/** Reads files that users attach. */
export interface AttachmentReader {
  /**
   * The request in the file of a riff; null: it holds none. `name`: the option's, for messages. Throws UserError if the
   * file cannot be fetched, is larger than any that the bot sends, or holds an invalid recipe.
   */
  riffIn(name: string, file: AttachmentFile): Promise<RiffRequest | null>;
  /**
   * A part of a sound, or the riff whose file it is: that has its own latents. Throws UserError where the file cannot be
   * fetched or read, or is no sound that can be used.
   */
  soundIn(file: AttachmentFile, part: PartOptions): Promise<CutSound | { readonly riff: RiffRequest }>;
}

/** Four minutes of a WAV at CD quality, and more than Discord takes of most users. */
const MOST_SOUND_BYTES = 40 * 1024 ** 2;
const DECODE_LIMITS = { seconds: 600, timeoutMs: 20_000 };
/** Each takes a core for seconds and the memory of a file. */
const SOUNDS_AT_ONCE = 2;
const MOST_WAITING = 8;

/** Fetches and decodes two sounds at a time; more wait, and many more are refused. */
export function createAttachmentReader(fetchAttachment: FetchAttachment): AttachmentReader {
  const sounds = new Semaphore(SOUNDS_AT_ONCE);
  return {
    riffIn: async (name, file) => riffOf(name, await fetchAttachment(file, MAX_FILE_BYTES)),
    soundIn: async (file, part) => {
      if (sounds.waiting >= MOST_WAITING) throw new UserError([{ kind: 'tooManyAtOnce' }]);
      return sounds.run(async () => {
        const bytes = await fetchAttachment(file, MOST_SOUND_BYTES);
        const riff = part.startSeconds === undefined ? riffOf('file', bytes) : null;
        return riff ? { riff } : await cutSound(bytes, part, DECODE_LIMITS);
      });
    },
  };
}
