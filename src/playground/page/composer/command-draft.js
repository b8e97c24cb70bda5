/**
 * What can be typed: a command, or one subcommand of it.
 * @typedef {{ id: string, name: string, description: string, options: any[] }} Callable
 */

export const OPTION_TYPES = {
  subcommand: 1,
  group: 2,
  string: 3,
  integer: 4,
  boolean: 5,
  user: 6,
  channel: 7,
  number: 10,
};

/**
 * Commands taken apart into what can be called, `queue pause` beside `riff`.
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
  return commands.flatMap(leaves).sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The commands that fit what stands after the slash, those that begin with it first.
 * @param {Callable[]} callables
 * @param {string} typed
 */
export function matchingCallables(callables, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = ({ name }) => (name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2);
  return callables.filter((callable) => rank(callable) < 2).sort((a, b) => rank(a) - rank(b));
}

/**
 * Reads a typed line such as `/riff prompt:jazz piano negative:vocals`; null while no command is complete.
 * @param {string} text
 * @param {Callable[]} callables
 * @returns {{ callable: Callable, head: string, pairs: [string, string][] } | null}
 */
export function parseLine(text, callables) {
  const longestFirst = [...callables].sort((a, b) => b.name.length - a.name.length);
  const callable = longestFirst.find(({ name }) => text.startsWith(`/${name} `));
  if (!callable) return null;
  const rest = text.slice(callable.name.length + 2);
  return {
    callable,
    ...splitOptions(
      rest,
      callable.options.map(({ name }) => name),
    ),
  };
}

/**
 * Cuts a text at every `name:` that stands at a word's beginning.
 * @param {string} text
 * @param {string[]} names
 * @returns {{ head: string, pairs: [string, string][] }}
 */
export function splitOptions(text, names) {
  if (names.length === 0) return { head: text, pairs: [] };
  const marks = [...text.matchAll(new RegExp(`(?<!\\S)(${names.join('|')}):[ ]?`, 'g'))];
  if (marks.length === 0) return { head: text, pairs: [] };
  const pairs = marks.map((mark, index) => {
    const end = marks[index + 1]?.index ?? text.length;
    return [mark[1], text.slice(mark.index + mark[0].length, end).trimEnd()];
  });
  return { head: text.slice(0, marks[0].index).trimEnd(), pairs };
}

/**
 * Typed texts as the values that the command takes.
 * @param {Callable} callable
 * @param {Map<string, string>} texts by option name
 * @param {{ people: any[], channels: any[] }} view
 * @returns {{ values: Record<string, string | number | boolean> } | { option: string, problem: string }}
 */
export function readValues(callable, texts, view) {
  const values = {};
  for (const option of callable.options) {
    const text = (texts.get(option.name) ?? '').trim();
    if (text === '') {
      if (option.required) return { option: option.name, problem: `${option.name} is required` };
      continue;
    }
    const value = readValue(option, text, view);
    if (value === null) return { option: option.name, problem: `${option.name}: ${expectation(option)}` };
    values[option.name] = value;
  }
  return { values };
}

function readValue(option, text, view) {
  const same = (name) => name.toLowerCase() === text.replace(/^[@#]/, '').toLowerCase();
  if (option.choices?.length) return option.choices.find(({ name }) => same(name))?.value ?? null;
  switch (option.type) {
    case OPTION_TYPES.integer:
      return /^-?\d+$/.test(text) ? inRange(option, Number(text)) : null;
    case OPTION_TYPES.number:
      return Number.isFinite(Number(text.replace(',', '.')))
        ? inRange(option, Number(text.replace(',', '.')))
        : null;
    case OPTION_TYPES.boolean:
      return same('true') ? true : same('false') ? false : null;
    case OPTION_TYPES.user:
      return view.people.find((person) => same(person.name) || person.id === text)?.id ?? null;
    case OPTION_TYPES.channel:
      return view.channels.find((channel) => same(channel.name) || channel.id === text)?.id ?? null;
    default:
      return text.length > (option.max_length ?? 6000) || text.length < (option.min_length ?? 0)
        ? null
        : text;
  }
}

function inRange({ min_value: min = -Infinity, max_value: max = Infinity }, value) {
  return value < min || value > max ? null : value;
}

/**
 * What an option takes, in words.
 * @param {any} option
 */
export function expectation(option) {
  const { min_value: min, max_value: max } = option;
  const range = [min === undefined ? '' : `from ${min}`, max === undefined ? '' : `to ${max}`]
    .filter(Boolean)
    .join(' ');
  if (option.choices?.length) return `choose one of ${option.choices.map(({ name }) => name).join(', ')}`;
  switch (option.type) {
    case OPTION_TYPES.integer:
      return `a whole number ${range}`.trim();
    case OPTION_TYPES.number:
      return `a number ${range}`.trim();
    case OPTION_TYPES.boolean:
      return 'True or False';
    case OPTION_TYPES.user:
      return 'choose a person';
    case OPTION_TYPES.channel:
      return 'choose a channel';
    default:
      return option.max_length ? `at most ${option.max_length} characters` : 'a text';
  }
}
