import { channelMention } from 'discord.js';
import { quotedText } from '../../src/discord/text.ts';
import { inLocale } from '../../src/messages/languages.ts';
import { profileTexts } from '../../src/messages/profiles.ts';
import { queueTexts } from '../../src/messages/queue.ts';
import { settingsTexts } from '../../src/messages/settings.ts';
import type { QueueLimits } from '../../src/queue/admission.ts';
import { GUILD_SETTING_NAMES, type GuildSettings } from '../../src/queue/guild-settings.ts';
import { DEFAULT_PROFILE, type ProfileName, REQUEST_LIMITS } from '../../src/riff/request.ts';

const MESSAGE_LENGTH = 1900;
const FEW = 3;

type SettingsTexts = (typeof settingsTexts)['en'] & { readonly profiles: (typeof profileTexts)['en'] };

/** All settings of a server, in lines; the blocked words get the room that is left behind `head`. */
export function settingsText(
  settings: GuildSettings,
  limits: QueueLimits,
  locale: string,
  head = '',
): string {
  const { allowedChannelIds, blockedWords, maxSteps, modLogChannelId, profile } = settings;
  const text = inLocale(settingsTexts, locale);
  const profiles = inLocale(profileTexts, locale);
  // The type asks for every setting, so that none is forgotten; null: it stands in another's line, or in the last.
  const shown: Readonly<Record<keyof GuildSettings, string | null>> = {
    allowedChannelIds: text.channels(allowedChannelIds.map(channelMention).join(', ') || text.everywhere),
    perUserWaiting: inLocale(queueTexts, locale).limits(limits, true),
    perGuildWaiting: null,
    perUserPerHour: null,
    maxSteps: text.mostSteps(
      maxSteps === null ? text.byDefault(String(REQUEST_LIMITS.steps.max)) : String(maxSteps),
    ),
    profile: text.profile(profile === null ? text.byDefault(profiles[DEFAULT_PROFILE]) : profiles[profile]),
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
  const text = { ...inLocale(settingsTexts, locale), profiles: inLocale(profileTexts, locale) };
  return GUILD_SETTING_NAMES.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    return JSON.stringify(old) === JSON.stringify(now) ? [] : changeOf(name, before, after, text);
  });
}

function changeOf(
  name: keyof GuildSettings,
  before: GuildSettings,
  after: GuildSettings,
  text: SettingsTexts,
): readonly string[] {
  switch (name) {
    case 'allowedChannelIds': {
      const { added, removed } = difference(before[name], after[name]);
      const named = (clause: string, ids: readonly string[]): string =>
        ids.length <= FEW ? text.which(clause, ids.map(channelMention).join(', ')) : clause;
      return [
        ...(added.length > 0 ? [named(text.channelsAdded(added.length), added)] : []),
        ...(removed.length > 0 ? [named(text.channelsRemoved(removed.length), removed)] : []),
      ];
    }
    case 'blockedWords': {
      const { added, removed } = difference(before[name], after[name]);
      return [
        ...(added.length > 0 ? [text.wordsAdded(added.length)] : []),
        ...(removed.length > 0 ? [text.wordsRemoved(removed.length)] : []),
      ];
    }
    case 'modLogChannelId': {
      const shown = (id: string | null): string => (id === null ? text.noModLog : channelMention(id));
      return [text.change(text.labels[name], shown(before[name]), shown(after[name]))];
    }
    case 'profile': {
      const shown = (value: ProfileName | null): string =>
        value === null ? text.botsOwn : text.profiles[value];
      return [text.change(text.labels[name], shown(before[name]), shown(after[name]))];
    }
    default: {
      const shown = (value: string | number | null): string => String(value ?? text.botsOwn);
      return [text.change(text.labels[name], shown(before[name]), shown(after[name]))];
    }
  }
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
