import { type Interaction, userMention } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { confirmation, noteOf, requireFresh, settle } from '../../src/discord/confirmation.ts';
import { chosenInteger } from '../../src/discord/options.ts';
import { requireModerator, requireNamedJob } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { ComponentInteraction } from '../../src/discord/reply.ts';
import { UserError } from '../../src/errors.ts';
import { cancelTexts } from '../../src/messages/cancel.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { modLogTexts } from '../../src/messages/mod-log.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import type { Job, PauseScope } from '../../src/queue/job.ts';
import { cancelText } from '../cancel.ts';
import { type ModeratorVerb, reachOf, reasonOf } from './moderator-verb.ts';

export const POSITION_RANGE = { min: 1, max: 1000 } as const;

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

export const remove: ModeratorVerb = async (interaction, guildId, bot) => {
  const job = await requireNamedJob(interaction, bot);
  const reason = reasonOf(interaction);
  const { locale } = interaction;
  const result = await bot.queue.cancel(job.id, { by: interaction.user.id, reason });
  if (result.kind !== 'cancelled') throw new UserError(cancelText(result, inLocale(cancelTexts, locale)));
  await recordAct(bot, { ...actOn(job, interaction, guildId), reason, action: 'queue remove' });
  return inLocale(queueTexts, locale).removed(userMention(job.userId));
};

/** Asks for confirmation, because clearing cannot be undone. */
export const clear: ModeratorVerb = async (interaction, guildId, bot) => {
  const { locale } = interaction;
  const text = inLocale(queueTexts, locale);
  const { waiting } = await bot.queue.list({ kind: 'guild', guildId });
  if (waiting.length === 0) return text.nothingWaits;
  const users = new Set(waiting.map(({ userId }) => userId)).size;
  const question = {
    action: 'clear',
    text: text.askToClear(waiting.length, users, bot.mention('queue remove')),
    label: text.clearLabel(waiting.length),
    note: reasonOf(interaction),
    locale,
  } as const;
  return confirmation(question, bot.clock.now());
};

export async function clearConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  const guildId = requireModerator(interaction, bot);
  requireFresh(interaction, askedAt, 'queue clear', bot);
  await interaction.deferUpdate();
  const { locale, guildLocale } = interaction;
  const text = inLocale(queueTexts, locale);
  const reason = noteOf(interaction);
  const actorId = interaction.user.id;
  const cleared = await bot.queue.clear({ kind: 'guild', guildId }, { by: actorId, reason });
  if (cleared.length === 0) return settle(interaction, text.nothingWaits);
  const detail = inLocale(modLogTexts, guildLocale).riffs(cleared.length);
  await recordAct(bot, { guildId, guildLocale, actorId, action: 'queue clear', reason, detail });
  await settle(interaction, text.cleared(cleared.length));
}

export const move: ModeratorVerb = async (interaction, guildId, bot) => {
  const text = inLocale(queueTexts, interaction.locale);
  const job = await requireNamedJob(interaction, bot);
  const position = chosenInteger(interaction, 'position', POSITION_RANGE) ?? POSITION_RANGE.min;
  const before = await bot.queue.position(job.id);
  const result = await bot.queue.move(job.id, position);
  if (result.kind !== 'moved') throw new UserError(text.notWaiting);
  const { number, total } = result.position;
  if (before?.number === number) return text.stays(number, total);
  const log = inLocale(modLogTexts, interaction.guildLocale);
  const detail = before ? log.moved(before.number, number) : log.movedTo(number);
  await recordAct(bot, { ...actOn(job, interaction, guildId), action: 'queue move', detail });
  return text.moved(number, total);
};

function actOn(job: Job, { user, guildLocale }: Interaction, guildId: string) {
  return { guildId, guildLocale, actorId: user.id, targetUserId: job.userId, jobId: job.id };
}
