import { userMention } from 'discord.js';
import { messageOf } from '../errors.ts';
import { inLocale } from '../messages/languages.ts';
import { modLogTexts } from '../messages/mod-log.ts';
import type { AuditEntry } from '../queue/ports.ts';
import { randomId } from '../queue/random-id.ts';
import type { BotParts } from './command.ts';
import { quotedText } from './text.ts';

const REASON_LENGTH = 500;
/** The line of one act is the same message however often its request is repeated, and another act's may read the same. */
const NONCE_LENGTH = 20;

type Deeds = (typeof modLogTexts)['en']['deeds'];

export interface ModeratorAct extends Pick<AuditEntry, 'guildId' | 'actorId'> {
  readonly action: keyof Deeds;
  /** What is recorded and posted is in the server's language. */
  readonly guildLocale: string | null;
  readonly targetUserId?: string;
  readonly jobId?: string;
  readonly reason?: string;
  readonly detail?: string;
}

/**
 * Records a moderator's action in the audit trail and in the mod-log channels; by default in the server's own, if it
 * has one. False: a channel could not be written to, which is only logged.
 */
export async function recordAct(
  bot: BotParts,
  act: ModeratorAct,
  channelIds?: readonly string[],
): Promise<boolean> {
  const { guildLocale, ...named } = act;
  const entry = { targetUserId: null, jobId: null, reason: '', detail: '', ...named, at: bot.clock.now() };
  await bot.auditTrail.record(entry);
  const message = { content: actText(entry, guildLocale), pingUserId: null, nonce: randomId(NONCE_LENGTH) };
  const channels = channelIds ?? (await modLogOf(act.guildId, bot));
  const posts = await Promise.allSettled(channels.map((id) => bot.messages.post(id, message)));
  for (const post of posts) {
    if (post.status === 'fulfilled') continue;
    bot.log.warn({ guildId: act.guildId, error: messageOf(post.reason) }, 'the mod log could not be written');
  }
  return posts.every(({ status }) => status === 'fulfilled');
}

async function modLogOf(guildId: string | null, { guildSettings }: BotParts): Promise<readonly string[]> {
  const { modLogChannelId } = await guildSettings.get(guildId);
  return modLogChannelId === null ? [] : [modLogChannelId];
}

/** One line: `@Sol cleared the queue (2 riffs): closing`. Without the full stop. */
export function actText(entry: AuditEntry, locale: string | null): string {
  const { jobId, reason, detail } = entry;
  const text = inLocale(modLogTexts, locale);
  const facts = [detail, jobId === null ? '' : text.job(jobId)].filter((fact) => fact !== '').join(', ');
  const deed = `${deedText(entry, text)}${facts === '' ? '' : ` (${facts})`}`;
  return reason === '' ? deed : text.because(deed, quotedText(reason, REASON_LENGTH));
}

function deedText({ actorId, action, targetUserId }: AuditEntry, text: (typeof modLogTexts)['en']): string {
  const actor = userMention(actorId);
  const user = targetUserId === null ? '' : userMention(targetUserId);
  if (isDeed(action)) return text.deeds[action](actor, user);
  const named = quotedText(action, 100);
  return user === '' ? text.otherDeed(actor, named) : text.otherDeedOn(actor, named, user);
}

/** Entries of earlier versions name other actions. */
function isDeed(action: string): action is keyof Deeds {
  return Object.hasOwn(modLogTexts.en.deeds, action);
}
