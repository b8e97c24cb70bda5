import { TimestampStyles, time } from 'discord.js';
import { shortened } from '../messages/shortened.ts';

/** Discord's limit is 2,000 characters; the rest is reserved for a heading and a last line. */
const MESSAGE_LENGTH = 1700;
const SLUG_LENGTH = 40;
const PROMPT_LENGTH = 120;
/** Controls, bidirectional overrides, lone surrogates: they could reorder or break the lines around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu;
/** What Discord would read as formatting, a mention, a link or a time. Line-start marks cannot occur: one line, never first. */
const MARKUP = /[\\*_~`|<>[\]()@]|:(?=\/\/)/g;

/** With a full stop, unless the text ends a sentence by itself. */
export function punctuated(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Discord shows it as `in 5 minutes`, in each user's language. */
export function relativeTime(epochMs: number): string {
  return time(Math.round(epochMs / 1000), TimestampStyles.RelativeTime);
}

/** Discord shows it as date and time, in each user's time zone. */
export function dateAndTime(epochMs: number): string {
  return time(Math.round(epochMs / 1000), TimestampStyles.ShortDateTime);
}

/** As many lines as fit into a message; the last one is `more` of how many are left out. */
export function fittedLines(
  lines: readonly string[],
  more: (count: number) => string,
  maxLength = MESSAGE_LENGTH,
): string {
  let length = 0;
  const fits = lines.findIndex((line) => {
    length += line.length + 1;
    return length > maxLength;
  });
  if (fits === -1) return lines.join('\n');
  return [...lines.slice(0, fits), more(lines.length - fits)].join('\n');
}

/** An outside text on one line, at most `maxLength` UTF-16 units, for fields without markup (alt texts, choices). */
export function plainText(text: string, maxLength: number): string {
  return shortened(onOneLine(text), maxLength);
}

/** The same for message texts: markup is escaped, so it is shown literally. `maxLength` includes the escapes. */
export function quotedText(text: string, maxLength: number): string {
  const line = onOneLine(text).replace(MARKUP, '\\$&');
  if (line.length <= maxLength) return line;
  // A cut right behind an escape would escape the ellipsis.
  return shortened(line, maxLength).replace(/\\+…$/, '…');
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(UNPRINTABLE, '').trim();
}

/** The prompt as a card names its riff. */
export function shownPrompt({ prompt }: { readonly prompt: string }): string {
  return quotedText(prompt, PROMPT_LENGTH);
}

/** `riff-<prompt>-<seed>.<extension>` of [a-z0-9-] alone: safe in every file system, path and header. */
export function riffFileName(prompt: string, seed: number, extension: string): string {
  const slug = prompt
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_LENGTH)
    .replace(/^-+|-+$/g, '');
  return `${['riff', slug, String(seed)].filter(Boolean).join('-')}.${extension}`;
}
