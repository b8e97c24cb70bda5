import { recordAct } from '../../src/discord/record-act.ts';
import type { ModeratorVerb } from '../queue.ts';

export const pause: ModeratorVerb = async (interaction, guildId, bot) => {
  const reason = interaction.options.getString('reason') ?? '';
  await bot.queue.pause({ kind: 'guild', guildId }, reason);
  const act = { action: 'queue pause', targetUserId: null, jobId: null, reason };
  await recordAct(bot, { ...act, guildId, actorId: interaction.user.id });
  return `Paused: riffs of this server wait until ${bot.mention('queue resume')}. What runs now finishes.`;
};

export const resume: ModeratorVerb = async (interaction, guildId, bot) => {
  await bot.queue.resume({ kind: 'guild', guildId });
  const act = { action: 'queue resume', targetUserId: null, jobId: null, reason: '' };
  await recordAct(bot, { ...act, guildId, actorId: interaction.user.id });
  return 'Riffs of this server are started again.';
};
