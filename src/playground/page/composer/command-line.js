import { el } from '../dom.js';
import { expectation, splitOptions } from './command-draft.js';
import { suggestionsFor } from './option-suggestions.js';
import { COMBOBOX } from './suggestion-list.js';

/**
 * @typedef {{
 *   view: () => any,
 *   suggestions: import('./suggestion-list.js').SuggestionList,
 *   autocomplete: (options: Record<string, string>, focused: string) => Promise<any[]>,
 *   onSend: () => void,
 *   onLeave: (text: string) => void,
 * }} CommandLineContext
 */

/** A chosen command with one field per option; at the end an input that adds further options. */
export class CommandLine {
  /** @type {Map<string, HTMLInputElement>} */
  fields = new Map();

  /**
   * @param {import('./command-draft.js').Callable} callable
   * @param {CommandLineContext} context
   */
  constructor(callable, context) {
    this.callable = callable;
    this.context = context;
    this.tail = el('input', {
      class: 'tail',
      'aria-label': `More options of /${callable.name}`,
      autocomplete: 'off',
      spellcheck: false,
      ...COMBOBOX,
    });
    this.tail.addEventListener('input', () => this.onTailInput());
    this.tail.addEventListener('focus', () => this.suggestOptions());
    this.tail.addEventListener('keydown', (event) => this.onKey(event, this.tail));
    const pill = el('span', { class: 'command-pill' }, `/${callable.name}`);
    this.element = el(
      'div',
      { class: 'command-line', role: 'group', 'aria-label': `/${callable.name}: ${callable.description}` },
      pill,
      this.tail,
    );
    for (const option of callable.options) if (option.required) this.addField(option.name);
    this.element.addEventListener('click', (event) => event.target === this.element && this.tail.focus());
  }

  /** Texts by option name. */
  get texts() {
    return new Map([...this.fields].map(([name, input]) => [name, input.value]));
  }

  get unused() {
    return this.callable.options.filter(({ name }) => !this.fields.has(name));
  }

  focusFirst() {
    const empty = [...this.fields.values()].find((input) => input.value === '');
    (empty ?? this.tail).focus();
  }

  /** @param {string} name */
  focusField(name) {
    (this.fields.get(name) ?? this.addField(name)).focus();
  }

  /**
   * Text that belongs to no named option goes to the first field.
   * @param {{ head: string, pairs: [string, string][] }} parsed
   */
  fill({ head, pairs }) {
    const first = [...this.fields.values()][0];
    if (head && first) first.value = head;
    for (const [name, value] of pairs) (this.fields.get(name) ?? this.addField(name)).value = value;
    const last = pairs.at(-1);
    if (last) this.focusField(last[0]);
    else this.focusFirst();
  }

  addField(name) {
    const option = this.callable.options.find((candidate) => candidate.name === name);
    const input = el('input', {
      class: 'chip-input',
      'aria-label': `${name}: ${option.description}`,
      autocomplete: 'off',
      spellcheck: false,
      ...COMBOBOX,
    });
    if (option.required) input.setAttribute('aria-required', 'true');
    if (!suggestionsFor(option, '', this.context.view())) input.enterKeyHint = 'send';
    input.addEventListener('input', () => this.onFieldInput(option, input));
    input.addEventListener('focus', () => this.suggestValues(option, input));
    input.addEventListener('keydown', (event) => this.onKey(event, input, option));
    const chip = el('label', { class: 'chip' }, el('span', { class: 'chip-name' }, name), input);
    this.tail.before(chip);
    this.fields.set(name, input);
    this.refreshTail();
    return input;
  }

  removeField(option) {
    const names = [...this.fields.keys()];
    const before = names[names.indexOf(option.name) - 1];
    this.fields.get(option.name)?.parentElement.remove();
    this.fields.delete(option.name);
    this.refreshTail();
    if (before) this.focusField(before);
    else this.tail.focus();
  }

  refreshTail() {
    const count = this.unused.length;
    this.tail.placeholder = count > 0 ? `+${count} more` : '';
  }

  onFieldInput(option, input) {
    const names = [option, ...this.unused].map(({ name }) => name);
    const { head, pairs } = splitOptions(input.value, names);
    if (pairs.length === 0) return this.suggestValues(option, input);
    input.value = head;
    this.fill({ head: '', pairs });
    return undefined;
  }

  onTailInput() {
    const { head, pairs } = splitOptions(
      this.tail.value,
      this.unused.map(({ name }) => name),
    );
    if (pairs.length > 0) {
      this.tail.value = head;
      this.fill({ head: '', pairs });
    } else this.suggestOptions();
  }

  /** Options that are not there yet. */
  suggestOptions() {
    const typed = this.tail.value.trim().toLowerCase();
    const rows = this.unused
      .filter(({ name }) => name.startsWith(typed))
      .map((option) => ({
        label: option.name,
        detail: option.description,
        pick: () => this.pickOption(option.name),
      }));
    const heading = rows.length > 0 ? [`Options of /${this.callable.name}`] : [];
    this.context.suggestions.show(this.tail, { heading, rows, activate: typed !== '' });
  }

  pickOption(name) {
    this.tail.value = '';
    this.focusField(name);
  }

  async suggestValues(option, input) {
    const { suggestions, view } = this.context;
    const show = (choices, activate) => {
      const rows = (choices ?? []).map(({ label, detail }) => ({
        label,
        detail,
        pick: () => this.pickValue(input, label),
      }));
      suggestions.show(input, { heading: describe(option), rows, activate });
    };
    show(suggestionsFor(option, input.value, view()), input.value !== '');
    if (!option.autocomplete) return;
    const texts = Object.fromEntries([...this.texts].filter(([, text]) => text !== ''));
    const proposed = await this.context.autocomplete({ ...texts, [option.name]: input.value }, option.name);
    if (document.activeElement === input)
      show(
        proposed.map(({ name }) => ({ label: String(name) })),
        false,
      );
  }

  pickValue(input, label) {
    input.value = label;
    const inputs = [...this.fields.values()];
    const next = inputs.slice(inputs.indexOf(input) + 1).find((candidate) => candidate.value === '');
    (next ?? this.tail).focus();
  }

  /** @param {KeyboardEvent} event */
  onKey(event, input, option) {
    const { suggestions } = this.context;
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      suggestions.move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey && suggestions.hasActive)) {
      const chosen = suggestions.rows[suggestions.active]?.label;
      const pick = suggestions.hasActive && (event.key === 'Tab' || chosen !== input.value);
      if (pick) suggestions.pickActive();
      else this.context.onSend();
    } else if (event.key === 'Escape') {
      if (suggestions.isOpen) suggestions.close();
      else this.context.onLeave('');
    } else if (event.key === 'Backspace' && input.value === '') {
      this.onBackspace(option);
    } else return;
    event.preventDefault();
  }

  /** In an empty field: takes an optional one away, steps back from a required one. */
  onBackspace(option) {
    const names = [...this.fields.keys()];
    if (option && !option.required) return this.removeField(option);
    const before = names[(option ? names.indexOf(option.name) : names.length) - 1];
    if (before) return this.focusField(before);
    return this.context.onLeave(`/${this.callable.name}`);
  }
}

/** Name, meaning and limits of the option that is being filled in. */
function describe(option) {
  const limits = option.choices?.length ? '' : expectation(option);
  return [
    el('span', {}, el('strong', {}, option.name), ` ${option.description}`),
    el(
      'span',
      { class: 'suggestion-limits' },
      [option.required ? 'required' : '', limits].filter(Boolean).join(' · '),
    ),
  ];
}
