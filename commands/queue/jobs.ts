import { requireJob } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import { UserError } from '../../src/errors.ts';
import type { ModeratorVerb } from '../queue.ts';

export const remove: ModeratorVerb = async (interaction, guildId, bot) => {
  const job = await requireJob(interaction, interaction.options.getString('job', true), bot);
  const reason = interaction.options.getString('reason') ?? '';
  const actorId = interaction.user.id;
  const result = await bot.queue.cancel(job.id, { by: actorId, reason });
  if (result.kind !== 'cancelled')
    throw new UserError('Too late: this riff neither waits nor runs any more.');
  const act = { action: 'queue remove', targetUserId: job.userId, jobId: job.id, reason };
  await recordAct(bot, { ...act, guildId, actorId });
  return `Removed the riff of <@${job.userId}>.`;
};

export const clear: ModeratorVerb = async (interaction, guildId, bot) => {
  const reason = interaction.options.getString('reason') ?? '';
  const actorId = interaction.user.id;
  const cleared = await bot.queue.clear({ kind: 'guild', guildId }, { by: actorId, reason });
  const act = { action: `queue clear (${cleared.length})`, targetUserId: null, jobId: null, reason };
  await recordAct(bot, { ...act, guildId, actorId });
  return `Cancelled ${cleared.length} waiting. What runs now finishes; ${bot.mention('queue remove')} stops it.`;
};

export const move: ModeratorVerb = async (interaction, guildId, bot) => {
  const job = await requireJob(interaction, interaction.options.getString('job', true), bot);
  const position = interaction.options.getInteger('place', true);
  const result = await bot.queue.move(job.id, position);
  if (result.kind !== 'moved')
    throw new UserError('Only a waiting riff can be moved; this one no longer waits.');
  const act = { action: `queue move (to ${position})`, targetUserId: job.userId, jobId: job.id, reason: '' };
  await recordAct(bot, { ...act, guildId, actorId: interaction.user.id });
  return `Moved. It is number ${result.place.position} of ${result.place.total} in the whole line now; other servers keep their turns.`;
};
