import { userMention } from 'discord.js';
import type { BotParts } from '../../src/discord/command.ts';
import { confirmation, noteOf, requireFresh, settle } from '../../src/discord/confirmation.ts';
import { integerOption } from '../../src/discord/options.ts';
import { requireModerator, requireNamedJob } from '../../src/discord/permissions.ts';
import { recordAct } from '../../src/discord/record-act.ts';
import type { ComponentInteraction } from '../../src/discord/reply.ts';
import { UserError } from '../../src/errors.ts';
import { english } from '../../src/messages/wording.ts';
import { counted } from '../../src/wording.ts';
import { cancelText } from '../cancel.ts';
import { type ModeratorVerb, reasonOf } from './moderator-verb.ts';

export const POSITION_RANGE = { min: 1, max: 1000 } as const;

const NOTHING_WAITS = 'This server has no waiting riffs.';

export const remove: ModeratorVerb = async (interaction, guildId, bot) => {
  const job = await requireNamedJob(interaction, bot);
  const reason = reasonOf(interaction);
  const actorId = interaction.user.id;
  const result = await bot.queue.cancel(job.id, { by: actorId, reason });
  if (result.kind !== 'cancelled') throw new UserError(cancelText(result, interaction.locale));
  const act = { guildId, actorId, targetUserId: job.userId, jobId: job.id, reason } as const;
  await recordAct(bot, { ...act, action: 'queue remove' });
  return `Cancelled the riff of ${userMention(job.userId)}.`;
};

/** Asks for confirmation, because clearing cannot be undone. */
export const clear: ModeratorVerb = async (interaction, guildId, bot) => {
  const { waiting } = await bot.queue.list({ kind: 'guild', guildId });
  if (waiting.length === 0) return NOTHING_WAITS;
  const riffs = counted(waiting.length, 'waiting riff');
  const users = counted(new Set(waiting.map(({ userId }) => userId)).size, 'user');
  const text = `Cancel ${riffs} of ${users} in this server? Running riffs finish; ${bot.mention('queue remove')} stops one.`;
  const question = { action: 'clear', text, label: `Cancel ${riffs}`, note: reasonOf(interaction) } as const;
  return confirmation(question, bot.clock.now());
};

export async function clearConfirmed(
  interaction: ComponentInteraction,
  askedAt: string,
  bot: BotParts,
): Promise<void> {
  const guildId = requireModerator(interaction, bot);
  requireFresh(askedAt, 'queue clear', bot);
  await interaction.deferUpdate();
  const reason = noteOf(interaction);
  const actorId = interaction.user.id;
  const cleared = await bot.queue.clear({ kind: 'guild', guildId }, { by: actorId, reason });
  if (cleared.length === 0) return settle(interaction, NOTHING_WAITS);
  const detail = counted(cleared.length, 'riff');
  await recordAct(bot, { guildId, actorId, action: 'queue clear', reason, detail });
  await settle(interaction, clearText(cleared.length));
}

export function clearText(cancelled: number): string {
  return `Cancelled ${counted(cancelled, 'waiting riff')}.`;
}

export const move: ModeratorVerb = async (interaction, guildId, bot) => {
  const job = await requireNamedJob(interaction, bot);
  const position = integerOption(interaction, 'position', POSITION_RANGE) ?? POSITION_RANGE.min;
  const before = await bot.queue.position(job.id);
  const result = await bot.queue.move(job.id, position);
  if (result.kind !== 'moved')
    throw new UserError('Only a waiting riff can be moved, and this one is not waiting.');
  const { position: after } = result;
  const where = `${english.ordinal(after.number)} of ${after.total}`;
  if (before?.number === after.number) return `It stays ${where} in the whole queue.`;
  const act = { guildId, actorId: interaction.user.id, targetUserId: job.userId, jobId: job.id } as const;
  const detail = `${before ? `from ${english.ordinal(before.number)} ` : ''}to ${english.ordinal(after.number)} in line`;
  await recordAct(bot, { ...act, action: 'queue move', detail });
  return `Moved: it is now ${where} in the whole queue. The riffs of other servers keep their turns.`;
};
