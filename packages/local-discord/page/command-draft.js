/**
 * What can be typed: a command, or one subcommand of it.
 * @typedef {{ id: string, name: string, description: string, options: any[] }} Callable
 */

export const COMMAND_TYPES = { slash: 1, user: 2, message: 3 };

export const OPTION_TYPES = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  role: 8,
  mentionable: 9,
  number: 10,
  attachment: 11,
};

/**
 * The typed commands taken apart into what can be called, `queue pause` beside `play`.
 * @param {any[]} commands
 * @returns {Callable[]}
 */
export function callablesOf(commands) {
  const leaves = ({ id, name, description, options = [] }) => {
    const inner = options.filter(
      ({ type }) => type === OPTION_TYPES.subcommand || type === OPTION_TYPES.group,
    );
    if (inner.length === 0) return [{ id, name, description, options }];
    return inner.flatMap((option) => leaves({ ...option, id, name: `${name} ${option.name}` }));
  };
  return commands
    .filter(({ type }) => type === COMMAND_TYPES.slash)
    .flatMap(leaves)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The commands that match the text after the slash; those that begin with it come first.
 * @param {Callable[]} callables
 * @param {string} typed
 */
export function matchingCallables(callables, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ name }) => (name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2);
  return callables.filter((callable) => rank(callable) < 2).sort((a, b) => rank(a) - rank(b));
}

/**
 * Reads a typed line such as `/play prompt:jazz piano negative:vocals`; null while no command is complete.
 * @param {string} text
 * @param {Callable[]} callables
 * @returns {{ callable: Callable, head: string, pairs: [string, string][] } | null}
 */
export function parseLine(text, callables) {
  const longestFirst = [...callables].sort((a, b) => b.name.length - a.name.length);
  const typed = text.toLowerCase();
  const callable = longestFirst.find(({ name }) => typed.startsWith(`/${name} `));
  if (!callable) return null;
  const names = callable.options.map(({ name }) => name);
  return { callable, ...splitOptions(text.slice(callable.name.length + 2), names) };
}

/**
 * Cuts a text at every `name:` that begins a word.
 * @param {string} text
 * @param {string[]} names
 * @returns {{ head: string, pairs: [string, string][] }}
 */
export function splitOptions(text, names) {
  if (names.length === 0) return { head: text, pairs: [] };
  const marks = [...text.matchAll(new RegExp(`(?<!\\S)(${names.join('|')}):[ ]?`, 'gi'))];
  if (marks.length === 0) return { head: text, pairs: [] };
  const pairs = marks.map((mark, index) => {
    const end = marks[index + 1]?.index ?? text.length;
    return [mark[1].toLowerCase(), text.slice(mark.index + mark[0].length, end).trimEnd()];
  });
  return { head: text.slice(0, marks[0].index).trimEnd(), pairs };
}
