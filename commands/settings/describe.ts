import { channelMention } from 'discord.js';
import { quotedText } from '../../src/discord/text.ts';
import type { QueueLimits } from '../../src/queue/admission.ts';
import { GUILD_SETTING_NAMES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { DEFAULT_PROFILE, REQUEST_LIMITS } from '../../src/riff/request.ts';
import { counted } from '../../src/wording.ts';
import { limitsText } from '../limits-text.ts';

const MESSAGE_LENGTH = 1900;
const FEW = 3;

const BOTS_OWN = "the bot's own";

/** All settings of a server, in lines; the blocked words get the room that is left behind `head`. */
export function settingsText(
  settings: GuildSettings,
  limits: QueueLimits,
  guildId: string,
  head = '',
): string {
  const { allowedChannelIds, blockedWords, maxSteps, modLogChannelId, profile } = settings;
  const lines = [
    ...(head === '' ? [] : [head]),
    `**Channels:** ${allowedChannelIds.map(channelMention).join(', ') || 'everywhere'}`,
    limitsText(limits, guildId),
    `**Most steps:** ${maxSteps ?? `${REQUEST_LIMITS.steps.max} (${BOTS_OWN})`}`,
    `**Profile:** ${profile ?? `${DEFAULT_PROFILE} (${BOTS_OWN})`}`,
    `**Mod log:** ${modLogChannelId === null ? 'none' : channelMention(modLogChannelId)}`,
  ];
  const room = MESSAGE_LENGTH - lines.join('\n').length;
  const words = blockedWords.length === 0 ? 'none' : quotedText(blockedWords.join(', '), room);
  return [...lines, `**Blocked words:** ${words}`].join('\n');
}

/** The differences, as old and new values; empty: none. Blocked words are only counted. */
export function changesBetween(before: GuildSettings, after: GuildSettings): readonly string[] {
  return GUILD_SETTING_NAMES.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    return JSON.stringify(old) === JSON.stringify(now) ? [] : changeOf(name, before, after);
  });
}

function changeOf(name: keyof GuildSettings, before: GuildSettings, after: GuildSettings): readonly string[] {
  const fromTo = (label: string, text: (settings: GuildSettings) => string | number): readonly string[] => [
    `${label}: ${text(before)} → ${text(after)}`,
  ];
  switch (name) {
    case 'allowedChannelIds':
      return listChanges('channel', before[name], after[name], channelMention);
    case 'blockedWords':
      return listChanges('blocked word', before[name], after[name]);
    case 'perUserWaiting':
      return fromTo('waiting per user', (settings) => settings[name] ?? BOTS_OWN);
    case 'perGuildWaiting':
      return fromTo('waiting in this server', (settings) => settings[name] ?? BOTS_OWN);
    case 'perUserPerHour':
      return fromTo('requests per user per hour', (settings) => settings[name] ?? BOTS_OWN);
    case 'maxSteps':
      return fromTo('most steps', (settings) => settings[name] ?? BOTS_OWN);
    case 'profile':
      return fromTo('profile', (settings) => settings[name] ?? BOTS_OWN);
    case 'modLogChannelId':
      return fromTo('mod log', ({ modLogChannelId: id }) => (id === null ? 'none' : channelMention(id)));
  }
}

/** `text` null: the entries are not for everybody to read. */
function listChanges(
  noun: string,
  before: readonly string[],
  after: readonly string[],
  text: ((entry: string) => string) | null = null,
): readonly string[] {
  const added = after.filter((entry) => !before.includes(entry));
  const removed = before.filter((entry) => !after.includes(entry));
  return [
    { entries: added, verb: 'added' },
    { entries: removed, verb: 'removed' },
  ]
    .filter(({ entries }) => entries.length > 0)
    .map(({ entries, verb }) => {
      const which = text && entries.length <= FEW ? `: ${entries.map(text).join(', ')}` : '';
      return `${counted(entries.length, noun)} ${verb}${which}`;
    });
}
