import type { BotParts } from '../src/discord/command.ts';
import type { AttachmentFile } from '../src/discord/fetch-attachment.ts';
import { MAX_FILE_BYTES } from '../src/discord/reply.ts';
import { riffOf } from '../src/render/recipe-file.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/**
 * The request in an attached file of a riff; null: it holds none. `name`: the option's, for messages. Throws UserError if
 * the file cannot be fetched, is larger than any that the bot sends, or holds an invalid recipe.
 */
export async function attachedRiff(
  name: string,
  file: AttachmentFile,
  { fetchAttachment }: BotParts,
): Promise<RiffRequest | null> {
  return riffOf(name, await fetchAttachment(file, MAX_FILE_BYTES));
}
