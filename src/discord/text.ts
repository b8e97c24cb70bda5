import { TimestampStyles, time } from 'discord.js';

/** `1 riff`, `2 riffs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `1st`, `2nd`, `11th`, … */
export function ordinal(position: number): string {
  const isTeen = Math.floor(position / 10) % 10 === 1;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][position % 10];
  return `${position}${ending ?? 'th'}`;
}

/** With a full stop, unless the text ends a sentence by itself. */
export function punctuated(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** Discord shows `in 5 minutes`, in everybody's own language. */
export function relativeTime(epochMs: number): string {
  return time(Math.round(epochMs / 1000), TimestampStyles.RelativeTime);
}

/** Discord shows the date and the time of day, in everybody's own zone. */
export function dateAndTime(epochMs: number): string {
  return time(Math.round(epochMs / 1000), TimestampStyles.ShortDateTime);
}
