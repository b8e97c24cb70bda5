/** Digits and signs that are typed for a letter. */
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
/** Written without spaces between words: any place is a word boundary. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Mymr}]/u;
const STRETCH = 3;

/** One character of a folded text, with what its neighbourhood says about it. */
export interface TextCharacter {
  readonly character: string;
  readonly isWord: boolean;
  readonly startsWord: boolean;
  readonly endsWord: boolean;
  /** A gap inside a word: punctuation without white space, or what lies between letters spaced out one by one. */
  readonly joins: boolean;
  /** One of a row of three or more: "baaad". */
  readonly isStretched: boolean;
}

/** Prepares a folded text for `patternStands`. */
export function readCharacters(folded: string): TextCharacter[] {
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
    isStretched: rowLength(characters, index) >= STRETCH,
  }));
}

/**
 * Whether a folded pattern matches whole words of the text. `*` is any run of letters and digits, `?` one of them, a
 * space any gap. Walks the text once with the set of pattern places reached so far: at most text length × pattern
 * length steps, nothing backtracks.
 */
export function patternStands(pattern: string, text: readonly TextCharacter[]): boolean {
  const elements = Array.from(pattern);
  let places = new Uint8Array(elements.length + 1);
  for (const current of text) {
    if (current.startsWord) reach(elements, places, 0, REACHED);
    places = step(elements, places, current);
    if (current.endsWord && places[elements.length] === LITERAL) return true;
  }
  return false;
}

/** A place is the number of elements matched so far. LITERAL: one of them by itself, for "808" alone is no "bob". */
const REACHED = 1;
const LITERAL = 2;

function step(
  elements: readonly string[],
  from: Uint8Array,
  current: TextCharacter,
): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(from.length);
  for (let place = 0; place < from.length; place++) {
    const mark = from[place]!;
    if (mark > 0) advance(elements, to, place, mark, current);
  }
  return to;
}

function advance(
  elements: readonly string[],
  to: Uint8Array,
  place: number,
  mark: number,
  current: TextCharacter,
): void {
  const element = elements[place];
  const isInside = place > 0 && place < elements.length;
  const isGap = !current.isWord;
  if (element === current.character) reach(elements, to, place + 1, LITERAL);
  else if (element && TYPED_FOR[element]?.includes(current.character)) reach(elements, to, place + 1, mark);
  if (element === '?' && current.isWord) reach(elements, to, place + 1, mark);
  if (element === ' ' && isGap) reach(elements, to, place + 1, mark);
  const staysInRun = (element === '*' && current.isWord) || (element === ' ' && isGap);
  const staysInGap = isInside && isGap && current.joins;
  const staysInStretch = current.isStretched && elements[place - 1] === current.character;
  if (staysInRun || staysInGap || staysInStretch) reach(elements, to, place, mark);
}

/** A star may match nothing: whoever stands before it also stands behind it. */
function reach(elements: readonly string[], places: Uint8Array, place: number, mark: number): void {
  if (places[place]! < mark) places[place] = mark;
  if (elements[place] === '*') reach(elements, places, place + 1, mark);
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

function rowLength(characters: readonly string[], index: number): number {
  let start = index;
  let end = index;
  while (index - start < STRETCH && characters[start - 1] === characters[index]) start--;
  while (end - index < STRETCH && characters[end + 1] === characters[index]) end++;
  return end - start + 1;
}
