import { recordAct } from '../../src/discord/record-act.ts';
import { relativeTime } from '../../src/discord/text.ts';
import { UserError } from '../../src/errors.ts';
import type { ModeratorVerb } from '../queue.ts';

const HOUR_MS = 3_600_000;

export const block: ModeratorVerb = async (interaction, guildId, bot) => {
  const { options, user: moderator } = interaction;
  const userId = options.getUser('user', true).id;
  const hours = options.getInteger('hours');
  const reason = options.getString('reason') ?? '';
  const createdAt = bot.clock.now();
  const until = hours === null ? null : createdAt + hours * HOUR_MS;
  bot.blocks.block({ userId, guildId, reason, by: moderator.id, createdAt, until });
  const { waiting } = await bot.queue.list({ kind: 'guild', guildId });
  const theirs = waiting.filter((job) => job.userId === userId);
  for (const { id } of theirs) await bot.queue.cancel(id, { by: moderator.id, reason });
  const act = { action: 'queue block', targetUserId: userId, jobId: null, reason };
  await recordAct(bot, { ...act, guildId, actorId: moderator.id });
  const end = until === null ? `until ${bot.mention('queue unblock')}` : `until ${relativeTime(until)}`;
  return `Blocked <@${userId}> in this server ${end}; ${theirs.length} waiting cancelled.`;
};

export const unblock: ModeratorVerb = async (interaction, guildId, bot) => {
  const userId = interaction.options.getUser('user', true).id;
  if (!bot.blocks.unblock(userId, guildId))
    throw new UserError(`<@${userId}> is not blocked in this server.`);
  const act = { action: 'queue unblock', targetUserId: userId, jobId: null, reason: '' };
  await recordAct(bot, { ...act, guildId, actorId: interaction.user.id });
  return `<@${userId}> may ask again.`;
};
