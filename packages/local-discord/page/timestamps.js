import { el } from './dom.js';

/** Each with its seconds, and how many of it make the next. */
const UNITS = [
  ['second', 1, 60],
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 2_592_000, 12],
  ['year', 31_536_000, Number.POSITIVE_INFINITY],
];
let locale = 'en';
let relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const FORMATS = {
  t: { timeStyle: 'short' },
  T: { timeStyle: 'medium' },
  d: { dateStyle: 'short' },
  D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' },
  F: { dateStyle: 'full', timeStyle: 'short' },
};

/**
 * Times inside messages are written in this language from now on, as Discord does; the page itself stays English.
 * @param {string} code a language of Discord
 */
export function writeTimesIn(code) {
  if (code === locale) return;
  locale = code;
  relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
}

/**
 * How far a moment is from now, rounded in the smallest unit that is not enough for the next: two hours that began a
 * moment ago are two hours.
 * @param {number} seconds positive = to come
 */
export function relativeText(seconds) {
  const [unit, size] = UNITS.find(([, length, limit]) => Math.round(Math.abs(seconds) / length) < limit);
  return relative.format(Math.sign(seconds) * Math.round(Math.abs(seconds) / size), unit);
}

/**
 * Discord's `<t:…>`; the relative kind keeps ticking while it is on the page. Null for a moment that no calendar has.
 * @param {number} epochSeconds
 * @param {string} style one of t T d D f F R
 */
export function timeElement(epochSeconds, style) {
  const date = new Date(epochSeconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const title = date.toLocaleString(locale, FORMATS.F);
  const time = el('time', { class: 'timestamp', title, datetime: date.toISOString() });
  if (style === 'R') time.dataset.epochSeconds = String(epochSeconds);
  time.textContent =
    style === 'R'
      ? relativeText(epochSeconds - Date.now() / 1000)
      : date.toLocaleString(locale, FORMATS[style]);
  return time;
}

/** Moves every relative time on the page once a second. */
export function startTicking() {
  setInterval(() => {
    for (const time of document.querySelectorAll('time[data-epoch-seconds]')) {
      const text = relativeText(Number(time.dataset.epochSeconds) - Date.now() / 1000);
      if (time.textContent !== text) time.textContent = text;
    }
  }, 1000);
}

/**
 * When a message came: the time today, the date before.
 * @param {string} iso
 */
export function messageTime(iso) {
  const date = new Date(iso);
  const today = new Date().toDateString() === date.toDateString();
  const time = date.toLocaleTimeString('en', { timeStyle: 'short' });
  return today ? `Today at ${time}` : `${date.toLocaleDateString('en', { dateStyle: 'medium' })}, ${time}`;
}
