/** Controls, bidirectional overrides, lone surrogates: they could reorder or break the lines around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;
/** What Discord would read as formatting, a mention, a link or a time. Line-start marks cannot occur: one line, never first. */
const MARKUP = /[\\*_~`|<>[\]()@]|:(?=\/\/)/g;
const ELLIPSIS = '…';

/** An outside text on one line, at most `maxLength` UTF-16 units, for fields without markup (alt texts, choices). */
export function plainText(text: string, maxLength: number): string {
  const line = text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '').trim();
  return shorten(line, maxLength);
}

/** The same for message texts: markup is escaped, so it is shown literally. `maxLength` includes the escapes. */
export function quotedText(text: string, maxLength: number): string {
  const line = plainText(text, text.length).replace(MARKUP, '\\$&');
  if (line.length <= maxLength) return line;
  // A cut right behind an escape would escape the ellipsis.
  return shorten(line, maxLength).replace(/\\+…$/, ELLIPSIS);
}

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return (
    text
      .slice(0, maxLength - ELLIPSIS.length)
      .toWellFormed()
      .replace(/\ufffd$/, '') + ELLIPSIS
  );
}
