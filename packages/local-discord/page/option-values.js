import { OPTION_TYPES } from './command-draft.js';
import { el } from './dom.js';
import { fitting } from './matching.js';

/**
 * A choice of an option: the label is shown, the value is sent.
 * @typedef {{ label: string, value: string | number | boolean, detail?: string }} Choice
 */

/**
 * The content of an option's field. `picked`: the choice that was taken from the list; `proposals`: the bot's
 * autocompletion, null before it was asked.
 * @typedef {{ text: string, picked: Choice | null, proposals: Choice[] | null }} FieldState
 */

/** Discord's limit for text options without `max_length`. */
const MAX_TEXT_LENGTH = 6000;
const SHOWN = 25;
const TEXT_CHANNEL = 0;

/**
 * Everything that can be picked for an option; null if it takes free text.
 * @param {any} option
 * @param {any} view
 * @returns {Choice[] | null}
 */
export function choicesOf(option, view) {
  if (option.choices?.length)
    return option.choices.map(({ name, label, value }) => ({ label: label ?? name, value }));
  switch (option.type) {
    case OPTION_TYPES.boolean:
      return [
        { label: 'True', value: true },
        { label: 'False', value: false },
      ];
    case OPTION_TYPES.user:
      return userChoices(view);
    case OPTION_TYPES.role:
      return roleChoices(view);
    case OPTION_TYPES.mentionable:
      return [...userChoices(view), ...roleChoices(view)];
    case OPTION_TYPES.channel:
      return channelChoices(option, view);
    default:
      return null;
  }
}

const userChoices = (view) =>
  view.users.map(({ id, name, role }) => ({ label: name, value: id, detail: role }));
const roleChoices = (view) => (view.roles ?? []).map(({ id, name }) => ({ label: name, value: id }));

function channelChoices({ channel_types: types }, view) {
  const offered = !types?.length || types.includes(TEXT_CHANNEL);
  const inGuild = offered ? view.channels.filter(({ kind }) => kind === 'guild_text') : [];
  return inGuild.map(({ id, name }) => ({ label: name, value: id }));
}

/**
 * The choices that fit a typed text, best first, and which of them the text names in full (-1: none).
 * @param {Choice[]} choices
 * @param {string} typed
 */
export function matchingChoices(choices, typed) {
  const complete = findChoice(choices, typed);
  // A complete choice does not filter the list: the others stay visible.
  const found = complete ? choices : fitting(choices, ({ label }) => [plain(label)], plain(typed));
  const rows = found.slice(0, SHOWN);
  return { rows, complete: complete ? rows.indexOf(complete) : -1 };
}

/**
 * The choice that a text names: by its label, else by its value.
 * @param {Choice[]} choices
 * @param {string} typed
 */
export function findChoice(choices, typed) {
  const wanted = plain(typed);
  if (wanted === '') return undefined;
  return (
    choices.find(({ label }) => label === typed) ??
    choices.find(({ label }) => plain(label) === wanted) ??
    choices.find(({ value }) => plain(String(value)) === wanted)
  );
}

/** Removes the marks of a mention: `@Mika`, `#music` and `<@123>` become Mika, music and 123. */
function plain(text) {
  const bare = text.trim().replace(/^<(?:@[!&]?|#)(\d+)>$/, '$1');
  return bare.replace(/^[@#](?=.)/, '').toLowerCase();
}

/**
 * The value that a field sends, or null if the option does not accept its text.
 * @param {any} option
 * @param {FieldState} field
 * @param {any} view
 * @returns {string | number | boolean | null}
 */
export function readValue(option, { text, picked, proposals }, view) {
  if (picked?.label === text) return picked.value;
  const choices = (option.autocomplete ? proposals : choicesOf(option, view)) ?? null;
  const found = findChoice(choices ?? [], text);
  if (found) return found.value;
  return choices !== null && !option.autocomplete ? null : readText(option, text.trim());
}

function readText(option, text) {
  switch (option.type) {
    case OPTION_TYPES.integer:
      return /^[-+]?\d+$/.test(text) ? inRange(option, Number(text)) : null;
    case OPTION_TYPES.number: {
      const number = Number(text.replace(',', '.'));
      return Number.isFinite(number) ? inRange(option, number) : null;
    }
    default: {
      const { min_length: min = 0, max_length: max = MAX_TEXT_LENGTH } = option;
      return text.length < min || text.length > max ? null : text;
    }
  }
}

function inRange({ min_value: min = -Infinity, max_value: max = Infinity }, value) {
  return value < min || value > max ? null : value;
}

/**
 * Describes what an option takes.
 * @param {any} option
 */
export function expectation(option) {
  if (option.choices?.length)
    return `choose one of ${option.choices.map(({ name, label }) => label ?? name).join(', ')}`;
  if (option.autocomplete) return 'choose from the list';
  switch (option.type) {
    case OPTION_TYPES.integer:
      return rangeText('a whole number', option.min_value, option.max_value);
    case OPTION_TYPES.number:
      return rangeText('a number', option.min_value, option.max_value);
    case OPTION_TYPES.boolean:
      return 'True or False';
    case OPTION_TYPES.user:
      return 'choose a user';
    case OPTION_TYPES.role:
      return 'choose a role';
    case OPTION_TYPES.mentionable:
      return 'choose a user or a role';
    case OPTION_TYPES.channel:
      return 'choose a channel';
    case OPTION_TYPES.attachment:
      return option.file_types?.length ? `choose a file of ${option.file_types.join(', ')}` : 'choose a file';
    default:
      return lengthText(option);
  }
}

function rangeText(what, min, max) {
  const from = min === undefined ? '' : ` from ${min}`;
  return `${what}${from}${max === undefined ? '' : ` to ${max}`}`;
}

function lengthText({ min_length: min = 0, max_length: max }) {
  if (min > 1 && max) return `${min} to ${max} characters`;
  if (min > 1) return `at least ${min} characters`;
  if (max === 1) return 'at most 1 character';
  return max ? `at most ${max} characters` : 'a text';
}

/**
 * Name, description and limits of the option that is being filled in, for the head of the suggestions.
 * @param {any} option
 */
export function headingOf(option) {
  const limits = option.choices?.length ? '' : expectation(option);
  const terms = [option.required ? 'required' : '', limits].filter(Boolean).join(' · ');
  return [
    el('span', {}, el('strong', {}, option.label), ` ${option.description}`),
    el('span', { class: 'suggestion-limits' }, terms),
  ];
}
