import type { BotParts } from '../src/discord/command.ts';
import type { AttachmentFile } from '../src/discord/fetch-attachment.ts';
import { MAX_FILE_BYTES } from '../src/discord/reply.ts';
import { riffOf } from '../src/render/recipe-file.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/**
 * The request that an attached file of a riff carries; null: it carries none. `name`: what the user calls the file. Throws
 * UserError where it cannot be had, is larger than the bot sends any, or carries a faulty one.
 */
export async function attachedRiff(
  name: string,
  file: AttachmentFile,
  { fetchAttachment }: BotParts,
): Promise<RiffRequest | null> {
  return riffOf(name, await fetchAttachment(file, MAX_FILE_BYTES));
}
