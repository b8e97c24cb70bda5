import { channelMention } from 'discord.js';
import { quotedText } from '../../src/discord/text.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { settingsTexts } from '../../src/messages/settings.ts';
import type { QueueLimits } from '../../src/queue/admission.ts';
import { GUILD_SETTING_NAMES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { DEFAULT_PROFILE, REQUEST_LIMITS } from '../../src/riff/request.ts';

const MESSAGE_LENGTH = 1900;
const FEW = 3;

/** All settings of a server, in lines; the blocked words get the room that is left behind `head`. */
export function settingsText(
  settings: GuildSettings,
  limits: QueueLimits,
  locale: string,
  head = '',
): string {
  const { allowedChannelIds, blockedWords, maxSteps, modLogChannelId, profile } = settings;
  const text = inLocale(settingsTexts, locale);
  const { profileNames } = inLocale(riffTexts, locale);
  // The type asks for every setting, so that none is forgotten; null: it stands in another's line, or in the last.
  const shown: Readonly<Record<keyof GuildSettings, string | null>> = {
    allowedChannelIds: text.channels(allowedChannelIds.map(channelMention).join(', ') || text.everywhere),
    perUserWaiting: inLocale(queueTexts, locale).limits(limits, true),
    perGuildWaiting: null,
    perUserPerHour: null,
    maxSteps: text.mostSteps(
      maxSteps === null ? text.byDefault(String(REQUEST_LIMITS.steps.max)) : String(maxSteps),
    ),
    profile: text.profile(
      profile === null ? text.byDefault(profileNames[DEFAULT_PROFILE]) : profileNames[profile],
    ),
    modLogChannelId: text.modLog(modLogChannelId === null ? text.noModLog : channelMention(modLogChannelId)),
    blockedWords: null,
  };
  const lines = [head, ...Object.values(shown)].filter((line) => line !== null && line !== '');
  const room = MESSAGE_LENGTH - lines.join('\n').length;
  const words = blockedWords.length === 0 ? text.none : quotedText(blockedWords.join(', '), room);
  return [...lines, text.blockedWords(words)].join('\n');
}

/** The differences, as old and new values; empty: none. Blocked words are only counted. */
export function changesBetween(
  before: GuildSettings,
  after: GuildSettings,
  locale: string | null,
): readonly string[] {
  return GUILD_SETTING_NAMES.flatMap((name) =>
    JSON.stringify(before[name]) === JSON.stringify(after[name]) ? [] : changeOf(name, before, after, locale),
  );
}

function changeOf(
  name: keyof GuildSettings,
  before: GuildSettings,
  after: GuildSettings,
  locale: string | null,
): readonly string[] {
  const text = inLocale(settingsTexts, locale);
  if (name === 'allowedChannelIds') {
    const { added, removed } = difference(before[name], after[name]);
    const named = (clause: string, ids: readonly string[]): string =>
      ids.length <= FEW ? text.which(clause, ids.map(channelMention).join(', ')) : clause;
    return [
      ...(added.length > 0 ? [named(text.channelsAdded(added.length), added)] : []),
      ...(removed.length > 0 ? [named(text.channelsRemoved(removed.length), removed)] : []),
    ];
  }
  if (name === 'blockedWords') {
    const { added, removed } = difference(before[name], after[name]);
    return [
      ...(added.length > 0 ? [text.wordsAdded(added.length)] : []),
      ...(removed.length > 0 ? [text.wordsRemoved(removed.length)] : []),
    ];
  }
  const [old, now] = [before, after].map((settings) => valueText(name, settings, locale));
  return [text.change(text.labels[name], old ?? '', now ?? '')];
}

function valueText(
  name: keyof (typeof settingsTexts)['en']['labels'],
  settings: GuildSettings,
  locale: string | null,
): string {
  const { noModLog, botsOwn } = inLocale(settingsTexts, locale);
  const { modLogChannelId, profile } = settings;
  if (name === 'modLogChannelId')
    return modLogChannelId === null ? noModLog : channelMention(modLogChannelId);
  if (name === 'profile')
    return profile === null ? botsOwn : inLocale(riffTexts, locale).profileNames[profile];
  return String(settings[name] ?? botsOwn);
}

function difference(
  before: readonly string[],
  after: readonly string[],
): { readonly added: readonly string[]; readonly removed: readonly string[] } {
  return {
    added: after.filter((entry) => !before.includes(entry)),
    removed: before.filter((entry) => !after.includes(entry)),
  };
}
