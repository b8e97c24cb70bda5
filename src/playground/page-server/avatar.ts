import { BOT } from '../world/cast.ts';
import type { User } from '../world/places.ts';

/** Hues far enough apart to tell four people at a glance, in degrees. */
const HUES: Readonly<Record<string, number>> = { mika: 28, noor: 265, sol: 160, ada: 338 };
const BAR_HEIGHTS = [14, 30, 46, 26, 38, 18];

/** A round picture drawn here: an initial for people, bars of sound for the bot. */
export function avatarSvg(user: User): string {
  const hue = user.id === BOT.id ? 224 : (HUES[user.username] ?? Number(BigInt(user.id) % 360n));
  return [
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96">',
    '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">',
    `<stop offset="0" stop-color="hsl(${hue} 62% 62%)"/><stop offset="1" stop-color="hsl(${hue + 28} 58% 44%)"/>`,
    '</linearGradient></defs><rect width="96" height="96" rx="48" fill="url(#g)"/>',
    user.id === BOT.id ? bars() : initial(user.displayName),
    '</svg>',
  ].join('');
}

function bars(): string {
  return BAR_HEIGHTS.map((height, index) => {
    const x = 20 + index * 10;
    return `<rect x="${x}" y="${48 - height / 2}" width="6" height="${height}" rx="3" fill="#fff"/>`;
  }).join('');
}

function initial(name: string): string {
  const letter = name.slice(0, 1).toUpperCase().replace(/[<&]/g, '');
  return (
    '<text x="48" y="50" text-anchor="middle" dominant-baseline="central" fill="#fff" ' +
    `font-family="system-ui, sans-serif" font-size="42" font-weight="600">${letter}</text>`
  );
}
