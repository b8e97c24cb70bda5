/**
 * The entries that fit a typed text; those that begin with it come first.
 * @template Entry
 * @param {Entry[]} entries
 * @param {(entry: Entry) => string[]} namesOf in lower case
 * @param {string} typed in lower case
 */
export function fitting(entries, namesOf, typed) {
  const rankOf = (name) => (name.startsWith(typed) ? 0 : name.includes(typed) ? 1 : 2);
  const rank = (entry) => Math.min(...namesOf(entry).map(rankOf));
  return entries.filter((entry) => rank(entry) < 2).sort((a, b) => rank(a) - rank(b));
}
