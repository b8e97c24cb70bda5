import { userMention } from 'discord.js';
import { messageOf } from '../errors.ts';
import type { AuditEntry } from '../queue/audit-trail.ts';
import { randomId } from '../queue/random-id.ts';
import type { BotParts } from './command.ts';
import { quotedText } from './text.ts';

const REASON_LENGTH = 500;
/** The line of one act is the same message however often its request is repeated, and another act's may read the same. */
const NONCE_LENGTH = 20;

/** The verb of each action, between the moderator's name and the user's. */
const DEEDS = {
  'queue pause': 'paused the queue',
  'queue resume': 'resumed the queue',
  'queue remove': 'cancelled a riff of',
  'queue clear': 'cleared the queue',
  'queue move': 'moved a riff of',
  'queue block': 'blocked',
  'queue unblock': 'unblocked',
  'riff cancel': 'cancelled a riff of',
  'riff delete': 'deleted a riff of',
  'preset save': 'saved a preset of the server',
  'preset remove': 'removed a preset of the server',
  settings: 'changed the settings',
} as const;

export interface ModeratorAct extends Pick<AuditEntry, 'guildId' | 'actorId'> {
  readonly action: keyof typeof DEEDS;
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
  const entry = { targetUserId: null, jobId: null, reason: '', detail: '', ...act, at: bot.clock.now() };
  await bot.auditTrail.record(entry);
  const message = { content: actText(entry), pingUserId: null, nonce: randomId(NONCE_LENGTH) };
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
export function actText({ actorId, action, targetUserId, jobId, reason, detail }: AuditEntry): string {
  const deed = isDeed(action) ? DEEDS[action] : `used **${quotedText(action, 100)}** on`;
  const target = targetUserId === null ? '' : ` ${userMention(targetUserId)}`;
  const facts = [detail, jobId === null ? '' : `job ${jobId}`].filter((fact) => fact !== '').join(', ');
  const why = reason === '' ? '' : `: ${quotedText(reason, REASON_LENGTH)}`;
  const done = target === '' ? deed.replace(/ o[fn]$/, '') : deed;
  return `${userMention(actorId)} ${done}${target}${facts === '' ? '' : ` (${facts})`}${why}`;
}

/** Entries of earlier versions name other actions. */
function isDeed(action: string): action is keyof typeof DEEDS {
  return Object.hasOwn(DEEDS, action);
}
