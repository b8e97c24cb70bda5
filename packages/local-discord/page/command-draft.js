import { fitting } from './matching.js';

/**
 * A command that can be typed, or one subcommand of it.
 * `name` is sent, `label` is what the user's language calls it.
 * @typedef {{ id: string, name: string, label: string, description: string, options: any[] }} Callable
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
 * The slash commands with each subcommand as an entry of its own: `play`, `queue pause`.
 * @param {any[]} commands
 * @returns {Callable[]}
 */
export function callablesOf(commands) {
  const leaves = ({ id, name, label, description, options = [] }) => {
    const inner = options.filter(
      ({ type }) => type === OPTION_TYPES.subcommand || type === OPTION_TYPES.group,
    );
    if (inner.length === 0) return [{ id, name, label, description, options }];
    return inner.flatMap((option) =>
      leaves({ ...option, id, name: `${name} ${option.name}`, label: `${label} ${option.label}` }),
    );
  };
  return commands
    .filter(({ type }) => type === COMMAND_TYPES.slash)
    .flatMap(leaves)
    .sort((a, b) => a.label.localeCompare(b.label));
}

/**
 * The commands that match the text after the slash; those that begin with it come first.
 * @param {Callable[]} callables
 * @param {string} typed
 */
export function matchingCallables(callables, typed) {
  return fitting(callables, ({ name, label }) => [name, label], typed.trim().toLowerCase());
}

/**
 * Reads a typed line such as `/play prompt:jazz piano negative:vocals`; null while no command is complete.
 * @param {string} text
 * @param {Callable[]} callables
 * @returns {{ callable: Callable, head: string, pairs: [string, string][] } | null}
 */
export function parseLine(text, callables) {
  const typed = text.toLowerCase();
  const found = callables
    .flatMap((callable) => [callable.label, callable.name].map((name) => ({ callable, name })))
    .sort((a, b) => b.name.length - a.name.length)
    .find(({ name }) => typed.startsWith(`/${name} `));
  if (!found) return null;
  const { callable, name } = found;
  return { callable, ...splitOptions(text.slice(name.length + 2), callable.options) };
}

/**
 * Splits a text at every `name:` or translated `label:` of an option that begins a word.
 * @param {string} text
 * @param {{ name: string, label: string }[]} options
 * @returns {{ head: string, pairs: [string, string][] }}
 */
export function splitOptions(text, options) {
  if (options.length === 0) return { head: text, pairs: [] };
  const nameOf = new Map(
    options.flatMap(({ name, label }) => [
      [label, name],
      [name, name],
    ]),
  );
  // The longest first, because one name may begin with another.
  const names = [...nameOf.keys()].sort((a, b) => b.length - a.length);
  const marks = [...text.matchAll(new RegExp(`(?<!\\S)(${names.join('|')}):[ ]?`, 'giu'))];
  if (marks.length === 0) return { head: text, pairs: [] };
  const pairs = marks.map((mark, index) => {
    const end = marks[index + 1]?.index ?? text.length;
    return [nameOf.get(mark[1].toLowerCase()), text.slice(mark.index + mark[0].length, end).trimEnd()];
  });
  return { head: text.slice(0, marks[0].index).trimEnd(), pairs };
}
