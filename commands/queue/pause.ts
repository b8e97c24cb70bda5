import { recordAct } from '../../src/discord/record-act.ts';
import type { PauseScope } from '../../src/queue/job.ts';
import { type ModeratorVerb, reachOf, reasonOf } from './moderator-verb.ts';

export const pause: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  const reason = reasonOf(interaction);
  if (!(await bot.queue.pause(scopeOf(reach), reason))) return 'The queue is already paused.';
  await recordAct(bot, { guildId: reach, actorId: interaction.user.id, action: 'queue pause', reason });
  return `The queue is paused. Riffs wait until ${bot.mention('queue resume')}; what runs now finishes.`;
};

export const resume: ModeratorVerb = async (interaction, guildId, bot) => {
  const reach = reachOf(interaction, guildId, bot);
  if (!(await bot.queue.resume(scopeOf(reach)))) return 'The queue was not paused.';
  await recordAct(bot, { guildId: reach, actorId: interaction.user.id, action: 'queue resume' });
  return 'The queue runs again.';
};

function scopeOf(reach: string | null): PauseScope {
  return reach === null ? { kind: 'all' } : { kind: 'guild', guildId: reach };
}
