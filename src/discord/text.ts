import { TimestampStyles, time } from 'discord.js';

/** Discord's limit is 2,000 characters; the rest is reserved for a heading and a last line. */
const MESSAGE_LENGTH = 1700;

/** `1 riff`, `2 riffs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1st`, `2nd`, `11th`, … */
export function ordinal(position: number): string {
  const isTeen = Math.floor(position / 10) % 10 === 1;
  const suffix = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][position % 10];
  return `${position}${suffix ?? 'th'}`;
}

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

/** As many lines as fit into a message, and the number of those left out. */
export function fittedLines(lines: readonly string[], maxLength = MESSAGE_LENGTH): string {
  let length = 0;
  const fits = lines.findIndex((line) => {
    length += line.length + 1;
    return length > maxLength;
  });
  if (fits === -1) return lines.join('\n');
  return [...lines.slice(0, fits), `… and ${lines.length - fits} more`].join('\n');
}
