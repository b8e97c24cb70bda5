import type { User } from './state/entities.ts';

const BOT_HUE = 224;
/** Degrees between consecutive users; keeps the colours of the first dozens apart. */
const HUE_STEP = 137;

/** The user's own picture, or a round one with the first letter of the name. */
export function avatarSvg(user: User): string {
  if (user.avatar !== null) return user.avatar;
  const hue = user.hue ?? (user.bot ? BOT_HUE : Number((BigInt(user.id) * BigInt(HUE_STEP)) % 360n));
  const letter = user.displayName.slice(0, 1).toUpperCase().replace(/[<&]/g, '');
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">',
    '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">',
    `<stop offset="0" stop-color="hsl(${hue} 62% 62%)"/><stop offset="1" stop-color="hsl(${hue + 28} 58% 44%)"/>`,
    '</linearGradient></defs><rect width="96" height="96" rx="48" fill="url(#g)"/>',
    '<text x="48" y="50" text-anchor="middle" dominant-baseline="central" fill="#fff" ',
    `font-family="system-ui, sans-serif" font-size="42" font-weight="600">${letter}</text>`,
    '</svg>',
  ].join('');
}
