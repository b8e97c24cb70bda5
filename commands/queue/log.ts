import { actText } from '../../src/discord/record-act.ts';
import { fittedLines, relativeTime } from '../../src/discord/text.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { type ModeratorVerb, reachOf, reachText } from './moderator-verb.ts';

const SHOWN = 20;

/** Lists what moderators and managers did, newest first, in the server's language like the mod log. */
export const log: ModeratorVerb = async (interaction, guildId, bot) => {
  const { guildLocale: locale } = interaction;
  const text = inLocale(queueTexts, locale);
  const reach = reachOf(interaction, guildId, bot);
  const entries = await bot.auditTrail.newest(reach, SHOWN);
  if (entries.length === 0) return text.nothingRecorded(reachText(reach, locale));
  const lines = entries.map((entry) => `- ${relativeTime(entry.at)} ${actText(entry, locale)}`);
  return `${text.newestActs(reachText(reach, locale))}\n${fittedLines(lines, locale)}`;
};
