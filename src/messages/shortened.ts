const ELLIPSIS = '…';
const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * At most `most` UTF-16 units of the text, which ends with `…` where something is left out. Cut between characters as a
 * reader sees them: an emoji with its skin tone is one, and so is a letter with its accents.
 */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = most - ELLIPSIS.length;
  const { index } = CHARACTERS.segment(text).containing(room) ?? { index: room };
  return text.slice(0, index).trimEnd() + ELLIPSIS;
}
