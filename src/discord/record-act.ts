import { messageOf } from '../errors.ts';
import type { AuditEntry } from '../queue/audit-trail.ts';
import type { BotParts } from './command.ts';
import { quotedText } from './safe-text.ts';

const REASON_LENGTH = 500;

export type ModeratorAct = Omit<AuditEntry, 'at' | 'guildId' | 'detail'> & {
  readonly guildId: string;
  readonly detail?: string;
};

/**
 * Writes down what a moderator did, in the audit trail and, where the server has one, in its mod-log channel. A channel
 * that cannot be written to is logged and changes nothing.
 */
export async function recordAct(
  bot: BotParts,
  act: ModeratorAct,
  modLogChannelId = bot.guildSettings.get(act.guildId).modLogChannelId,
): Promise<void> {
  bot.auditTrail.record({ detail: '', ...act, at: bot.clock.now() });
  if (modLogChannelId === null) return;
  try {
    await bot.messages.post(modLogChannelId, { content: sentenceOf(act), pingUserId: null, nonce: null });
  } catch (error) {
    bot.log.warn({ guildId: act.guildId, error: messageOf(error) }, 'the mod log could not be written');
  }
}

function sentenceOf({ actorId, action, targetUserId, jobId, reason }: ModeratorAct): string {
  const target = targetUserId === null ? '' : ` on <@${targetUserId}>`;
  const job = jobId === null ? '' : ` (job ${jobId})`;
  const why = reason === '' ? '' : `: ${quotedText(reason, REASON_LENGTH)}`;
  return `<@${actorId}> used **${action}**${target}${job}${why}`;
}
