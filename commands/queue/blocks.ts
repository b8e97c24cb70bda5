import { userMention } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { chosenInteger } from '../../src/discord/options.ts';
import { requireHigherRank } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import { dateAndTime, fittedLines, quotedText, relativeTime } from '../../src/discord/text.ts';
import { UserError } from '../../src/errors.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { modLogTexts } from '../../src/messages/mod-log.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import type { Block } from '../../src/queue/ports.ts';
import { type ModeratorVerb, reachOf, reachText, reasonOf } from './moderator-verb.ts';

const HOUR_MS = 3_600_000;
const LISTED_REASON_LENGTH = 100;

export const BLOCK_HOURS = { min: 1, max: 24 * 365 } as const;

export const block: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  requireHigherRank(interaction, bot);
  const { options, user: moderator, locale, guildLocale } = interaction;
  const userId = options.getUser('user', true).id;
  const hours = chosenInteger(interaction, 'hours', BLOCK_HOURS);
  const reason = reasonOf(interaction);
  const createdAt = bot.clock.now();
  const until = hours === null ? null : createdAt + hours * HOUR_MS;
  await bot.blocks.block({ userId, guildId: reach, reason, by: moderator.id, createdAt, until });
  const cancelled = await cancelWaiting(userId, reach, { by: moderator.id, reason }, bot);
  const log = inLocale(modLogTexts, guildLocale);
  const detail = hours === null || until === null ? log.withoutEnd : log.forHours(hours, dateAndTime(until));
  const act = { guildId: reach, guildLocale, actorId: moderator.id, targetUserId: userId, reason, detail };
  await recordAct(bot, { ...act, action: 'queue block' });
  const span = { userId, guildId: reach, createdAt, until };
  return blockedText(span, cancelled, bot.mention('queue unblock'), locale);
};

export const unblock: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const userId = interaction.options.getUser('user', true).id;
  const { user, locale, guildLocale } = interaction;
  const text = inLocale(queueTexts, locale);
  if (userId === user.id) throw new UserError(text.notYourself);
  if (!(await bot.blocks.unblock(userId, reach)))
    throw new UserError(text.notBlocked(userMention(userId), reachText(reach, locale)));
  const act = { guildId: reach, guildLocale, actorId: user.id, targetUserId: userId };
  await recordAct(bot, { ...act, action: 'queue unblock' });
  return text.unblocked(userMention(userId));
};

/** Lists who is blocked, by whom, why and until when. */
export const blocks: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const { locale } = interaction;
  const text = inLocale(queueTexts, locale);
  const found = await bot.blocks.list(reach, bot.clock.now());
  if (found.length === 0) return text.nobodyBlocked(reachText(reach, locale));
  const lines = found.map((entry) => lineOf(entry, text));
  return `${text.blockedList(reachText(reach, locale))}\n${fittedLines(lines, text.more)}`;
};

type BlockSpan = Pick<Block, 'userId' | 'guildId' | 'createdAt' | 'until'>;

export function blockedText(
  { userId, guildId, createdAt, until }: BlockSpan,
  cancelled: number,
  unblockMention: string,
  locale: string,
): string {
  const text = inLocale(queueTexts, locale);
  const end =
    until === null
      ? text.untilUnblocked(unblockMention)
      : text.forHours((until - createdAt) / HOUR_MS, relativeTime(until));
  const riffs = cancelled === 0 ? '' : text.andCancelled(cancelled);
  return `${text.blocked(userMention(userId), reachText(guildId, locale))}${end}${riffs}.`;
}

function lineOf({ userId, by, until, reason }: Block, text: (typeof queueTexts)['en']): string {
  const end = until === null ? text.withoutEnd : text.until(dateAndTime(until));
  const why = reason === '' ? '' : `: ${quotedText(reason, LISTED_REASON_LENGTH)}`;
  return `- ${text.blockLine(userMention(userId), end, userMention(by))}${why}`;
}

/** The number of riffs cancelled. */
async function cancelWaiting(
  userId: string,
  reach: string | null,
  act: { readonly by: string; readonly reason: string },
  { queue }: BotParts,
): Promise<number> {
  const { waiting } = await queue.list({ kind: 'user', userId });
  const theirs = waiting.filter(({ guildId }) => reach === null || guildId === reach);
  for (const { id } of theirs) await queue.cancel(id, act);
  return theirs.length;
}
