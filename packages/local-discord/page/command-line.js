import { OPTION_TYPES, splitOptions } from './command-draft.js';
import { el } from './dom.js';
import { FileField } from './file-field.js';
import { OptionField } from './option-field.js';
import { COMBOBOX } from './suggestion-list.js';

/**
 * @typedef {{
 *   view: () => any,
 *   suggestions: import('./suggestion-list.js').SuggestionList,
 *   autocomplete: (options: Record<string, string | number | boolean>, focused: string) => Promise<any[]>,
 *   upload: (file: File) => Promise<any>,
 *   onProblem: (text: string) => void,
 *   onSend: () => void,
 *   onLeave: (text: string) => void,
 * }} CommandLineContext
 */

/** A chosen command with one field per option; at the end an input that adds further options. */
export class CommandLine {
  /** @type {Map<string, import('./command-field.js').CommandField>} */
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
      'aria-label': `More options of /${callable.label}`,
      autocomplete: 'off',
      spellcheck: false,
      ...COMBOBOX,
    });
    this.tail.addEventListener('input', () => this.onTailInput());
    this.tail.addEventListener('focus', () => this.suggestOptions());
    this.tail.addEventListener('keydown', (event) => this.onKey(event, null));
    this.element = el(
      'div',
      { class: 'command-line', role: 'group', 'aria-label': `/${callable.label}: ${callable.description}` },
      el('span', { class: 'command-pill' }, `/${callable.label}`),
      this.tail,
    );
    for (const option of callable.options) if (option.required) this.addField(option.name);
    this.element.addEventListener('click', (event) => event.target === this.element && this.tail.focus());
  }

  get unused() {
    return this.callable.options.filter(({ name }) => !this.fields.has(name));
  }

  /** The options that can be typed as `name:value`; required ones have a field from the start. */
  get unfilled() {
    return this.callable.options.filter(({ name }) => !this.fields.get(name)?.text);
  }

  /**
   * What the command is sent with, once the bot has answered what it was asked for the fields.
   * @returns {Promise<{ values: Record<string, string | number | boolean> } | { option: string, problem: string }>}
   */
  async read() {
    await Promise.all([...this.fields.values()].map((field) => field.settle()));
    for (const [name, field] of this.fields)
      if (field.problem) return { option: name, problem: field.problem };
    return { values: this.values };
  }

  /** The values of the fields that are filled in; the typed text if it is not a value yet. */
  get values() {
    const filled = [...this.fields].filter(([, field]) => field.text.trim() !== '');
    return Object.fromEntries(filled.map(([name, field]) => [name, field.value ?? field.text]));
  }

  focusFirst() {
    const empty = [...this.fields.values()].find(({ text }) => text === '');
    (empty?.input ?? this.tail).focus();
  }

  /** @param {string} name */
  focusField(name) {
    const field = this.field(name);
    // A field that has the focus already gets no focus event, but its text may have changed.
    if (document.activeElement === field.input) field.suggest();
    else field.input.focus();
  }

  /** @param {string} name */
  field(name) {
    return this.fields.get(name) ?? this.addField(name);
  }

  /**
   * Text that belongs to no named option goes to the first field.
   * @param {{ head: string, pairs: [string, string][] }} parsed
   */
  fill({ head, pairs }) {
    const first = [...this.fields.values()][0];
    if (head && first) first.text = head;
    for (const [name, value] of pairs) this.field(name).text = value;
    const last = pairs.at(-1);
    if (last) this.focusField(last[0]);
    else this.focusFirst();
  }

  addField(name) {
    const option = this.callable.options.find((candidate) => candidate.name === name);
    const Field = option.type === OPTION_TYPES.attachment ? FileField : OptionField;
    const field = new Field(option, {
      view: this.context.view,
      suggestions: this.context.suggestions,
      autocomplete: (focused) =>
        this.context.autocomplete({ ...this.values, [focused]: this.field(focused).text }, focused),
      upload: this.context.upload,
      onProblem: this.context.onProblem,
      onInput: () => this.onFieldInput(field),
      onKey: (event) => this.onKey(event, field),
      onPicked: () => this.focusAfter(field),
    });
    this.tail.before(field.element);
    this.fields.set(name, field);
    this.refreshTail();
    return field;
  }

  /**
   * Puts a file into the first option that takes one and has none; false where there is no such option.
   * @param {File} file
   */
  takeFile(file) {
    const isFree = ({ type, name }) => type === OPTION_TYPES.attachment && !this.fields.get(name)?.file;
    const option = this.callable.options.find(isFree);
    if (!option) return false;
    const field = /** @type {FileField} */ (this.field(option.name));
    field.take(file);
    this.focusAfter(field);
    return true;
  }

  removeField({ option, element }) {
    const names = [...this.fields.keys()];
    const before = names[names.indexOf(option.name) - 1];
    element.remove();
    this.fields.delete(option.name);
    this.refreshTail();
    if (before) this.focusField(before);
    else this.tail.focus();
  }

  refreshTail() {
    const count = this.unused.length;
    this.tail.placeholder = count > 0 ? `+${count} more` : '';
  }

  onFieldInput(field) {
    const { head, pairs } = splitOptions(field.text, [field.option, ...this.unfilled]);
    if (pairs.length === 0) return field.suggest();
    field.text = head;
    this.fill({ head: '', pairs });
    return undefined;
  }

  onTailInput() {
    const { head, pairs } = splitOptions(this.tail.value, this.unfilled);
    if (pairs.length > 0) {
      this.tail.value = head;
      this.fill({ head: '', pairs });
    } else this.suggestOptions();
  }

  /** The options without a field. */
  suggestOptions() {
    const typed = this.tail.value.trim().toLowerCase();
    const rows = this.unused
      .filter(({ name, label }) => label.startsWith(typed) || name.startsWith(typed))
      .map(({ name, label, description }) => ({
        label,
        detail: description,
        pick: () => this.pickOption(name),
      }));
    const heading = rows.length > 0 ? [`Options of /${this.callable.label}`] : [];
    this.context.suggestions.show(this.tail, { heading, rows, active: typed === '' ? -1 : 0 });
  }

  pickOption(name) {
    this.tail.value = '';
    this.focusField(name);
  }

  /** Moves the focus to the next empty field, otherwise to the end of the line. */
  focusAfter(field) {
    const fields = [...this.fields.values()];
    const next = fields.slice(fields.indexOf(field) + 1).find(({ text }) => text === '');
    (next?.input ?? this.tail).focus();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {import('./command-field.js').CommandField | null} field null: the input at the end of the line
   */
  onKey(event, field) {
    const { suggestions } = this.context;
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      suggestions.move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter') {
      const row = suggestions.activeRow;
      if (row && (!field || row.value !== field.value)) row.pick();
      else this.context.onSend();
    } else if (event.key === 'Tab' && !event.shiftKey && suggestions.activeRow) {
      suggestions.activeRow.pick();
    } else if (event.key === 'Escape') {
      if (suggestions.isOpen) suggestions.close();
      else this.context.onLeave('');
    } else if (event.key === 'Backspace' && (field ? field.text : this.tail.value) === '') {
      this.onBackspace(field);
    } else return;
    event.preventDefault();
  }

  /** Backspace in an empty field: removes an optional field, moves back from a required one. */
  onBackspace(field) {
    const names = [...this.fields.keys()];
    if (field && !field.option.required) return this.removeField(field);
    const before = names[(field ? names.indexOf(field.option.name) : names.length) - 1];
    if (before) return this.focusField(before);
    return this.context.onLeave(`/${this.callable.label}`);
  }
}
