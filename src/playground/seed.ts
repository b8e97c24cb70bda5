import { PermissionFlagsBits } from 'discord.js';
import type { LocalDiscordOptions } from 'local-discord';

/** Heights of the bars of sound in Riff's picture, in its units of 96. */
const BAR_HEIGHTS = [14, 30, 46, 26, 38, 18];

/** The playground's users, servers and group: members, a moderator, an admin. */
export const PLAYGROUND_SEED = {
  application: { name: 'Riff', description: 'Turns a prompt into music', avatar: riffAvatar() },
  users: [
    { name: 'Mika', hue: 28 },
    { name: 'Noor', hue: 265 },
    { name: 'Sol', hue: 160 },
    { name: 'Ada', hue: 338 },
  ],
  guilds: [
    {
      name: 'The Listening Room',
      owner: 'ada',
      channels: [
        { name: 'music', topic: 'Type /riff and describe what you want to hear' },
        { name: 'general', topic: 'Everything else' },
      ],
      roles: [
        { name: 'Moderator', permissions: PermissionFlagsBits.ManageMessages, color: 0x2f9e7f },
        { name: 'Admin', permissions: PermissionFlagsBits.Administrator, color: 0xc2557a },
      ],
      members: { mika: [], noor: [], sol: ['Moderator'], ada: ['Admin'] },
    },
    { name: 'Elsewhere', owner: 'noor', channels: [{ name: 'elsewhere' }], members: { noor: [], mika: [] } },
  ],
  groups: [{ name: 'Band practice', members: ['mika', 'noor'] }],
  examples: [
    '/riff prompt:jazz piano negative:vocals',
    '/riff prompt:slow ambient guitar, warm tape',
    '/help',
  ],
} as const satisfies LocalDiscordOptions;

function riffAvatar(): string {
  const bars = BAR_HEIGHTS.map((height, index) => {
    const x = 20 + index * 10;
    return `<rect x="${x}" y="${48 - height / 2}" width="6" height="${height}" rx="3" fill="#fff"/>`;
  });
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">',
    '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">',
    '<stop offset="0" stop-color="hsl(224 62% 62%)"/><stop offset="1" stop-color="hsl(252 58% 44%)"/>',
    '</linearGradient></defs><rect width="96" height="96" rx="48" fill="url(#g)"/>',
    ...bars,
    '</svg>',
  ].join('');
}
