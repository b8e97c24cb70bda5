import { PERMISSIONS } from './permissions.ts';
import type { Channel, DmChannel, Guild, GuildChannel, Member, Role, User } from './places.ts';

/** Ids are fixed: a store filled in an earlier run still points at the same people and channels. */
export const APPLICATION_ID = '900000000000000001';

export type PersonName = 'mika' | 'noor' | 'sol' | 'ada';
export const PERSON_NAMES: readonly PersonName[] = ['mika', 'noor', 'sol', 'ada'];

export const BOT: User = person(APPLICATION_ID, 'riff', 'Riff', true);

export const PEOPLE: Readonly<Record<PersonName, User>> = {
  mika: person('900000000000000011', 'mika', 'Mika'),
  noor: person('900000000000000012', 'noor', 'Noor'),
  sol: person('900000000000000013', 'sol', 'Sol'),
  ada: person('900000000000000014', 'ada', 'Ada'),
};

export const GUILD_ID = '900000000000000100';
export const OTHER_GUILD_ID = '900000000000000200';

export type ChannelName =
  | 'music'
  | 'general'
  | 'elsewhere'
  | 'group'
  | 'dm-mika'
  | 'dm-noor'
  | 'dm-sol'
  | 'dm-ada';

export const CHANNEL_IDS: Readonly<Record<ChannelName, string>> = {
  music: '900000000000000101',
  general: '900000000000000102',
  elsewhere: '900000000000000201',
  group: '900000000000000300',
  'dm-mika': '900000000000000311',
  'dm-noor': '900000000000000312',
  'dm-sol': '900000000000000313',
  'dm-ada': '900000000000000314',
};

const EVERYONE_PERMISSIONS =
  PERMISSIONS.viewChannel |
  PERMISSIONS.sendMessages |
  PERMISSIONS.embedLinks |
  PERMISSIONS.attachFiles |
  PERMISSIONS.readMessageHistory |
  PERMISSIONS.useApplicationCommands |
  PERMISSIONS.useExternalApps;
/** The invite that the bot asks for: Send Messages, Embed Links, Attach Files. */
const BOT_PERMISSIONS = PERMISSIONS.sendMessages | PERMISSIONS.embedLinks | PERMISSIONS.attachFiles;

/** The server that the page shows: Mika and Noor are members, Sol moderates, Ada owns it. */
export function createHomeGuild(): Guild {
  const moderator = role('900000000000000121', 'Moderator', PERMISSIONS.manageMessages, 0x2f9e7f);
  const admin = role('900000000000000122', 'Admin', PERMISSIONS.administrator, 0xc2557a);
  const bot = role('900000000000000123', 'Riff', BOT_PERMISSIONS, 0, true);
  return guild(GUILD_ID, 'The Listening Room', PEOPLE.ada.id, [moderator, admin, bot], {
    [PEOPLE.mika.id]: [],
    [PEOPLE.noor.id]: [],
    [PEOPLE.sol.id]: [moderator.id],
    [PEOPLE.ada.id]: [admin.id],
    [BOT.id]: [bot.id],
  });
}

/** A second server with the same bot, owned by Noor, to try commands and forged buttons across servers. */
export function createOtherGuild(): Guild {
  const bot = role('900000000000000221', 'Riff', BOT_PERMISSIONS, 0, true);
  return guild(OTHER_GUILD_ID, 'Elsewhere', PEOPLE.noor.id, [bot], {
    [PEOPLE.noor.id]: [],
    [PEOPLE.mika.id]: [],
    [BOT.id]: [bot.id],
  });
}

export function createChannels(): Channel[] {
  return [
    textChannel(CHANNEL_IDS.music, GUILD_ID, 'music', 'Type /riff and describe what you want to hear'),
    textChannel(CHANNEL_IDS.general, GUILD_ID, 'general', 'Everything else'),
    textChannel(CHANNEL_IDS.elsewhere, OTHER_GUILD_ID, 'elsewhere', 'Another server'),
    ...PERSON_NAMES.map(
      (name): DmChannel => ({ kind: 'dm', id: CHANNEL_IDS[`dm-${name}`], userId: PEOPLE[name].id }),
    ),
    {
      kind: 'group',
      id: CHANNEL_IDS.group,
      name: 'Band practice',
      ownerId: PEOPLE.mika.id,
      userIds: [PEOPLE.mika.id, PEOPLE.noor.id],
    },
  ];
}

function person(id: string, username: string, displayName: string, bot = false): User {
  return { id, username, displayName, bot, locale: 'en-US' };
}

function role(id: string, name: string, permissions: bigint, color: number, managed = false): Role {
  return { id, name, permissions, color, managed };
}

function guild(
  id: string,
  name: string,
  ownerId: string,
  roles: readonly Role[],
  roleIdsByUser: Readonly<Record<string, readonly string[]>>,
): Guild {
  const everyone: Role = { ...role(id, '@everyone', EVERYONE_PERMISSIONS, 0) };
  const members = Object.entries(roleIdsByUser).map(([userId, roleIds]): [string, Member] => [
    userId,
    { userId, roleIds },
  ]);
  return { id, name, ownerId, roles: [everyone, ...roles], members: new Map(members) };
}

function textChannel(id: string, guildId: string, name: string, topic: string): GuildChannel {
  return { kind: 'guild_text', id, guildId, name, topic, overwrites: new Map() };
}
