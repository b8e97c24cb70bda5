import type { Attachment, MessageContextMenuCommandInteraction } from 'discord.js';
import { type BotParts, type MessageCommand, ON_MESSAGES } from '../src/discord/command.ts';
import { localizedName } from '../src/discord/localized.ts';
import { submitRiff } from '../src/discord/submit-riff.ts';
import { UserError } from '../src/errors.ts';
import { inLocale } from '../src/messages/languages.ts';
import { riffTexts } from '../src/messages/riff.ts';
import type { RiffRequest } from '../src/riff/request.ts';

/** The most files of a message that are read; pictures first, because they are smaller. */
const MOST_FILES = 4;

/** Makes the riff again whose recipe is in a file of the message; its buttons then change words or go on from it. */
export const riffFromMessage: MessageCommand = {
  definition: { ...ON_MESSAGES, ...localizedName(riffTexts, 'fromMessage') },
  runOn: (interaction, bot) => submitRiff(interaction, () => requestIn(interaction, bot), null, bot),
};

async function requestIn(
  { targetMessage, locale }: MessageContextMenuCommandInteraction,
  bot: BotParts,
): Promise<RiffRequest> {
  for (const file of filesOf([...targetMessage.attachments.values()])) {
    const request = await bot.attachments.riffIn('file', file);
    if (request) return request;
  }
  throw new UserError(inLocale(riffTexts, locale).noRecipe);
}

function filesOf(attachments: readonly Attachment[]): readonly Attachment[] {
  const named = (end: RegExp) => attachments.filter(({ name }) => end.test(name));
  return [...named(/\.png$/i), ...named(/\.(?:wav|ogg)$/i)].slice(0, MOST_FILES);
}
