import { userMention } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { integerOption } from '../../src/discord/options.ts';
import { requireHigherRank } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import { dateAndTime, fittedLines, quotedText, relativeTime } from '../../src/discord/text.ts';
import { UserError } from '../../src/errors.ts';
import type { Block } from '../../src/queue/block-list.ts';
import { counted } from '../../src/wording.ts';
import { type ModeratorVerb, reachOf, reachText, reasonOf } from './moderator-verb.ts';

const HOUR_MS = 3_600_000;
const LISTED_REASON_LENGTH = 100;

export const BLOCK_HOURS = { min: 1, max: 24 * 365 } as const;

export const block: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  requireHigherRank(interaction, bot);
  const { options, user: moderator } = interaction;
  const userId = options.getUser('user', true).id;
  const hours = integerOption(interaction, 'hours', BLOCK_HOURS);
  const reason = reasonOf(interaction);
  const createdAt = bot.clock.now();
  const until = hours === null ? null : createdAt + hours * HOUR_MS;
  await bot.blocks.block({ userId, guildId: reach, reason, by: moderator.id, createdAt, until });
  const cancelled = await cancelWaiting(userId, reach, { by: moderator.id, reason }, bot);
  const detail =
    until === null ? 'without end' : `for ${lasting(until, createdAt)}, until ${dateAndTime(until)}`;
  const act = { guildId: reach, actorId: moderator.id, targetUserId: userId, reason, detail } as const;
  await recordAct(bot, { ...act, action: 'queue block' });
  return blockedText({ userId, guildId: reach, createdAt, until }, cancelled, bot.mention('queue unblock'));
};

export const unblock: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const userId = interaction.options.getUser('user', true).id;
  const actorId = interaction.user.id;
  if (userId === actorId) throw new UserError('You cannot unblock yourself; ask another moderator.');
  if (!(await bot.blocks.unblock(userId, reach)))
    throw new UserError(`${userMention(userId)} is not blocked ${reachText(reach)}.`);
  await recordAct(bot, { guildId: reach, actorId, targetUserId: userId, action: 'queue unblock' });
  return `${userMention(userId)} may ask for riffs again.`;
};

/** Who is blocked, by whom, why and until when. */
export const blocks: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const lines = (await bot.blocks.list(reach, bot.clock.now())).map(lineOf);
  if (lines.length === 0) return `Nobody is blocked ${reachText(reach)}.`;
  return `**Blocked ${reachText(reach)}:**\n${fittedLines(lines)}`;
};

type BlockSpan = Pick<Block, 'userId' | 'guildId' | 'createdAt' | 'until'>;

export function blockedText(
  { userId, guildId, createdAt, until }: BlockSpan,
  cancelled: number,
  unblockMention: string,
): string {
  const end =
    until === null
      ? ` until somebody uses ${unblockMention}`
      : ` for ${lasting(until, createdAt)} (ends ${relativeTime(until)})`;
  const riffs = cancelled === 0 ? '' : `; ${counted(cancelled, 'waiting riff')} cancelled`;
  return `Blocked ${userMention(userId)} ${reachText(guildId)}${end}${riffs}.`;
}

function lasting(until: number, createdAt: number): string {
  return counted((until - createdAt) / HOUR_MS, 'hour');
}

function lineOf({ userId, by, until, reason }: Block): string {
  const end = until === null ? 'without end' : `until ${dateAndTime(until)}`;
  const why = reason === '' ? '' : `: ${quotedText(reason, LISTED_REASON_LENGTH)}`;
  return `- ${userMention(userId)} ${end}, by ${userMention(by)}${why}`;
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
