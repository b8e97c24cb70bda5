import { el } from './dom.js';
import { timeElement } from './timestamps.js';

/**
 * Looks up the names of the ids in a text.
 * @typedef {{
 *   userName: (id: string) => string | null,
 *   roleName: (id: string) => string | null,
 *   channelName: (id: string) => string | null,
 *   onCommand: (name: string) => void,
 * }} Names
 */

/** A bar drawn with block characters, which would be read aloud one by one. */
const BAR = /^[█▓▒░]{4,}/;
const barText = (bar) => `${Math.round((100 * bar.replace(/[▒░]/g, '').length) / bar.length)} %`;

/** Inline marks, tried in this order at every position. The first group is the inside. */
const INLINE = [
  { pattern: /^\\([!-/:-@[-`{-~])/, make: (match) => document.createTextNode(match[1]) },
  { pattern: /^`([^`\n]+)`/, make: (match) => el('code', {}, match[1]) },
  { pattern: /^\*\*([\s\S]+?)\*\*/, make: (match, names) => wrap('strong', match[1], names) },
  { pattern: /^__([\s\S]+?)__/, make: (match, names) => wrap('u', match[1], names) },
  { pattern: /^~~([\s\S]+?)~~/, make: (match, names) => wrap('s', match[1], names) },
  { pattern: /^\*(?!\s)([^*\n]+?)\*/, make: (match, names) => wrap('em', match[1], names) },
  { pattern: /^_(?!\s)([^_\n]+?)_(?!\w)/, make: (match, names) => wrap('em', match[1], names) },
  { pattern: /^\|\|([\s\S]+?)\|\|/, make: (match, names) => spoiler(match[1], names) },
  {
    pattern: /^<t:(-?\d+)(?::([tTdDfFR]))?>/,
    make: (match) => timeElement(Number(match[1]), match[2] ?? 'f') ?? document.createTextNode(match[0]),
  },
  { pattern: /^<@!?(\d+)>/, make: (match, names) => mention(`@${names.userName(match[1]) ?? 'unknown'}`) },
  { pattern: /^<@&(\d+)>/, make: (match, names) => mention(`@${names.roleName(match[1]) ?? 'unknown'}`) },
  { pattern: /^<#(\d+)>/, make: (match, names) => mention(`#${names.channelName(match[1]) ?? 'unknown'}`) },
  { pattern: /^<\/([^:>]+):\d+>/, make: (match, names) => commandMention(match[1], names) },
  { pattern: BAR, make: (match) => el('span', { role: 'img', 'aria-label': barText(match[0]) }, match[0]) },
  { pattern: /^\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/, make: (match) => link(match[2], match[1]) },
  { pattern: /^<?(https?:\/\/[^\s<>]+)>?/, make: (match) => link(match[1], match[1]) },
];

/**
 * Discord's markdown as nodes; a text is never read as HTML.
 * @param {string} text
 * @param {Names} names
 * @returns {DocumentFragment}
 */
export function renderMarkdown(text, names) {
  const fragment = document.createDocumentFragment();
  text.split(/```(?:\w*\n)?([\s\S]*?)```/).forEach((part, index) => {
    if (index % 2 === 1) fragment.append(el('pre', {}, el('code', {}, part)));
    else fragment.append(...renderLines(part, names));
  });
  return fragment;
}

/**
 * A text without its marks, for screen readers: names instead of ids, percents instead of bars, no spoilers.
 * @param {string} text
 * @param {Names} names
 */
export function plainText(text, names) {
  const bars = text.replace(new RegExp(BAR.source.slice(1), 'g'), barText);
  const open = bars.replace(/\|\|[\s\S]+?\|\|/g, 'hidden text');
  return renderMarkdown(open, names).textContent.replace(/\s+/g, ' ').trim();
}

function renderLines(text, names) {
  const lines = text.replace(/^\n|\n$/g, '').split('\n');
  if (lines.length === 1 && lines[0] === '') return [];
  return lines.flatMap((line, index) => {
    const block = renderBlock(line, names);
    if (block) return [block];
    const last = index === lines.length - 1;
    return last ? renderInline(line, names) : [...renderInline(line, names), el('br')];
  });
}

function renderBlock(line, names) {
  const heading = /^(#{1,3}) (.+)$/.exec(line);
  if (heading)
    return el('div', { class: `heading-${heading[1].length}` }, ...renderInline(heading[2], names));
  const small = /^-# (.+)$/.exec(line);
  if (small) return el('div', { class: 'subtext' }, ...renderInline(small[1], names));
  const quote = /^> (.*)$/.exec(line);
  if (quote) return el('blockquote', {}, ...renderInline(quote[1], names));
  const item = /^\s*[-*] (.+)$/.exec(line);
  if (item) return el('div', { class: 'list-item' }, ...renderInline(item[1], names));
  return null;
}

/** @returns {Node[]} */
function renderInline(text, names) {
  const nodes = [];
  let plain = '';
  for (let rest = text; rest !== ''; ) {
    const found = firstMark(rest);
    if (found) {
      if (plain) nodes.push(document.createTextNode(plain));
      plain = '';
      nodes.push(found.rule.make(found.match, names));
      rest = rest.slice(found.match[0].length);
    } else {
      plain += rest[0];
      rest = rest.slice(1);
    }
  }
  if (plain) nodes.push(document.createTextNode(plain));
  return nodes;
}

function firstMark(text) {
  for (const rule of INLINE) {
    const match = rule.pattern.exec(text);
    if (match) return { rule, match };
  }
  return null;
}

const wrap = (tag, text, names) => el(tag, {}, ...renderInline(text, names));
const mention = (text) => el('span', { class: 'mention' }, text);
const link = (href, text) => el('a', { href, target: '_blank', rel: 'noopener noreferrer' }, text);

function commandMention(name, names) {
  const onclick = () => names.onCommand(name);
  return el('button', { type: 'button', class: 'mention mention-command', onclick }, `/${name}`);
}

function spoiler(text, names) {
  const hidden = el('button', { type: 'button', class: 'spoiler', 'aria-label': 'Show the hidden text' });
  hidden.append(...renderInline(text, names));
  hidden.addEventListener('click', () => {
    hidden.classList.add('shown');
    // From now on its text is its name.
    hidden.ariaLabel = null;
  });
  return hidden;
}
