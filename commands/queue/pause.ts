import { recordAct } from '../../src/discord/record-act.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import type { PauseScope } from '../../src/queue/job.ts';
import { type ModeratorVerb, reachOf, reasonOf } from './moderator-verb.ts';

export const pause: ModeratorVerb = async (interaction, guildId, bot) => {
  const text = inLocale(queueTexts, interaction.locale);
  const reach = reachOf(interaction, guildId, bot);
  const reason = reasonOf(interaction);
  if (!(await bot.queue.pause(scopeOf(reach), reason))) return text.alreadyPaused;
  const { user, guildLocale } = interaction;
  const act = { guildId: reach, guildLocale, actorId: user.id, reason } as const;
  await recordAct(bot, { ...act, action: 'queue pause' });
  return text.paused(bot.mention('queue resume'));
};

export const resume: ModeratorVerb = async (interaction, guildId, bot) => {
  const text = inLocale(queueTexts, interaction.locale);
  const reach = reachOf(interaction, guildId, bot);
  if (!(await bot.queue.resume(scopeOf(reach)))) return text.notPaused;
  const { user, guildLocale } = interaction;
  await recordAct(bot, { guildId: reach, guildLocale, actorId: user.id, action: 'queue resume' });
  return text.resumed;
};

function scopeOf(reach: string | null): PauseScope {
  return reach === null ? { kind: 'all' } : { kind: 'guild', guildId: reach };
}
