import type { InputFault } from '../messages/input-faults.ts';
import { foldText } from './fold-text.ts';

export const BLOCKED_PATTERN_LIMITS = { count: 100, length: { min: 2, max: 48 }, stars: 3 } as const;

export type PatternCheck =
  | { readonly kind: 'ok'; readonly pattern: string }
  | { readonly kind: 'refused'; readonly fault: InputFault };

/**
 * Checks a word or phrase that a moderator typed and returns it folded. `*` matches any letters within a word, `?` exactly
 * one. Regular expressions are not supported, so no pattern can stall the bot.
 */
export function checkPattern(typed: string): PatternCheck {
  const pattern = foldText(typed).replace(/\*+/g, '*');
  const { length, stars } = BLOCKED_PATTERN_LIMITS;
  const letters = pattern.replace(/[^\p{L}\p{N}]/gu, '').length;
  if (letters < length.min) return refused({ kind: 'tooFewLetters', least: length.min, got: letters });
  if (pattern.length > length.max)
    return refused({ kind: 'wordTooLong', most: length.max, got: pattern.length });
  const starCount = pattern.split('*').length - 1;
  if (starCount > stars) return refused({ kind: 'tooManyStars', most: stars, got: starCount });
  return { kind: 'ok', pattern };
}

function refused(fault: InputFault): PatternCheck {
  return { kind: 'refused', fault };
}

/**
 * The first of `patterns` (as returned by checkPattern) that occurs in one of the texts, or null. Also finds a word that
 * is disguised by what foldText folds, by digits and signs for letters (b4d), punctuation (b.a-d), spaces (b a d) or
 * stretched letters (baaad). Matches whole words only: "ass" is not in "class".
 */
export function findBlockedPattern(texts: readonly string[], patterns: readonly string[]): string | null {
  if (patterns.length === 0) return null;
  const folded = texts.map((text) => readCharacters(foldText(text)));
  return patterns.find((pattern) => folded.some((text) => matchesPattern(pattern, text))) ?? null;
}

/** Digits and signs that are typed in place of a letter. */
const TYPED_FOR: Readonly<Record<string, string>> = {
  a: '4@',
  b: '8',
  e: '3€',
  g: '9',
  i: '1!|',
  l: '1|',
  o: '0',
  s: '5$',
  t: '7+',
  z: '2',
};

const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const WHITE_SPACE = /\s/u;
/** Scripts written without spaces: every position is a word boundary. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]/u;
const STRETCH = 3;

/** One character of a folded text, classified by its neighbours. */
interface TextCharacter {
  readonly character: string;
  readonly isWord: boolean;
  readonly startsWord: boolean;
  readonly endsWord: boolean;
  /** Inside a word: punctuation without white space around it, or a space between letters that are spaced out. */
  readonly joins: boolean;
  /** Part of a run of three or more equal characters: "baaad". */
  readonly isStretched: boolean;
}

/** Prepares a folded text for `matchesPattern`. */
function readCharacters(folded: string): TextCharacter[] {
  const characters = Array.from(folded);
  const isWord = characters.map((character) => WORD_CHARACTER.test(character));
  const bordersAt = (index: number): boolean =>
    !isWord[index - 1] || !isWord[index] || UNSPACED.test(characters[index - 1] + (characters[index] ?? ''));
  const joins = joiningGaps(characters, isWord);
  return characters.map((character, index) => ({
    character,
    isWord: isWord[index] === true,
    startsWord: bordersAt(index),
    endsWord: bordersAt(index + 1),
    joins: joins.has(index),
    isStretched: runLength(characters, index) >= STRETCH,
  }));
}

/**
 * Whether a folded pattern matches whole words of the text. `*` matches any run of letters and digits, `?` one of them, a
 * space any gap. Simulates a finite automaton: at most text length × pattern length steps, no backtracking.
 */
function matchesPattern(pattern: string, text: readonly TextCharacter[]): boolean {
  const elements = Array.from(pattern);
  let states = new Uint8Array(elements.length + 1);
  for (const current of text) {
    if (current.startsWord) reach(elements, states, 0, REACHED);
    states = step(elements, states, current);
    if (current.endsWord && states[elements.length] === LITERAL) return true;
  }
  return false;
}

/** A state is the number of elements matched so far. LITERAL: one was matched by a real letter, since "808" is no "bob". */
const REACHED = 1;
const LITERAL = 2;

function step(
  elements: readonly string[],
  from: Uint8Array,
  current: TextCharacter,
): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(from.length);
  for (let state = 0; state < from.length; state++) {
    const mark = from[state]!;
    if (mark > 0) advance(elements, to, state, mark, current);
  }
  return to;
}

function advance(
  elements: readonly string[],
  to: Uint8Array,
  state: number,
  mark: number,
  current: TextCharacter,
): void {
  const element = elements[state];
  const isInside = state > 0 && state < elements.length;
  const isGap = !current.isWord;
  if (element === current.character) reach(elements, to, state + 1, LITERAL);
  else if (element && TYPED_FOR[element]?.includes(current.character)) reach(elements, to, state + 1, mark);
  if (element === '?' && current.isWord) reach(elements, to, state + 1, mark);
  if (element === ' ' && isGap) reach(elements, to, state + 1, mark);
  const staysInRun = (element === '*' && current.isWord) || (element === ' ' && isGap);
  const staysInGap = isInside && isGap && current.joins;
  const staysInStretch = current.isStretched && elements[state - 1] === current.character;
  if (staysInRun || staysInGap || staysInStretch) reach(elements, to, state, mark);
}

/** `*` may match the empty string, so entering the state before it also enters the state after it. */
function reach(elements: readonly string[], states: Uint8Array, state: number, mark: number): void {
  if (states[state]! < mark) states[state] = mark;
  if (elements[state] === '*') reach(elements, states, state + 1, mark);
}

/** Indexes of the gap characters that do not end a word. */
function joiningGaps(characters: readonly string[], isWord: readonly boolean[]): Set<number> {
  const joining = new Set<number>();
  for (let start = 0; start < characters.length; start++) {
    if (isWord[start]) continue;
    let end = start;
    while (end < characters.length && !isWord[end]) end++;
    const isSpacedOut = isLoneLetter(isWord, start - 1) && isLoneLetter(isWord, end);
    const hasSpace = characters.slice(start, end).some((character) => WHITE_SPACE.test(character));
    if (isSpacedOut || !hasSpace) for (let index = start; index < end; index++) joining.add(index);
    start = end;
  }
  return joining;
}

function isLoneLetter(isWord: readonly boolean[], index: number): boolean {
  return isWord[index] === true && !isWord[index - 1] && !isWord[index + 1];
}

function runLength(characters: readonly string[], index: number): number {
  let start = index;
  let end = index;
  while (index - start < STRETCH && characters[start - 1] === characters[index]) start--;
  while (end - index < STRETCH && characters[end + 1] === characters[index]) end++;
  return end - start + 1;
}
