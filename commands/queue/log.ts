import { actText } from '../../src/discord/record-act.ts';
import { fittedLines, relativeTime } from '../../src/discord/text.ts';
import { type ModeratorVerb, reachOf, reachText } from './moderator-verb.ts';

const SHOWN = 20;

/** What moderators and managers did, newest first. */
export const log: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const entries = await bot.auditTrail.newest(reach, SHOWN);
  if (entries.length === 0) return `Nothing is recorded ${reachText(reach)}.`;
  const lines = entries.map((entry) => `- ${relativeTime(entry.at)} ${actText(entry)}`);
  return `**Newest acts ${reachText(reach)}:**\n${fittedLines(lines)}`;
};
