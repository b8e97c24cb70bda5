/** Fewest letters of a word that is read as a similar one; shorter words have too many neighbours. */
const SHORTEST = 5;
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz'];

/**
 * The longest known word one edit away from `word`: a letter added, removed or replaced, or two neighbouring letters
 * swapped. Undefined if there is none, or more than one of that length. Training reads captions by the same rule
 * (closed_vocabulary.py).
 */
export function nearestWord(word: string, isKnown: (word: string) => boolean): string | undefined {
  if (!/^[a-z]+$/.test(word) || word.length < SHORTEST) return undefined;
  const isNear = (other: string): boolean => other.length >= SHORTEST - 1 && isKnown(other);
  const near = [...new Set(oneLetterAway(word))].filter(isNear);
  const longest = near.filter((other) => near.every(({ length }) => length <= other.length));
  return longest.length === 1 ? longest[0] : undefined;
}

function* oneLetterAway(word: string): Generator<string> {
  for (let at = 0; at <= word.length; at++) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    for (const letter of LETTERS) {
      yield before + letter + after;
      yield before + letter + after.slice(1);
    }
    yield before + after.slice(1);
    yield before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2);
  }
}
