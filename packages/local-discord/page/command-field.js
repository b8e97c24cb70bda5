import { expectation, headingOf } from './option-values.js';

/**
 * @typedef {{
 *   view: () => any,
 *   suggestions: import('./suggestion-list.js').SuggestionList,
 *   autocomplete: (name: string) => Promise<{ label: string, value: string | number }[]>,
 *   upload: (file: File) => Promise<any>,
 *   onProblem: (text: string) => void,
 *   onInput: () => void,
 *   onKey: (event: KeyboardEvent) => void,
 *   onPicked: () => void,
 * }} FieldContext
 */

/**
 * The field of one option of a command. Subclasses define `text`, which is shown (empty: no value), `value`, which is sent
 * (null: the option does not accept the text), `suggest`, which lists what can be picked, and `settle`, which resolves
 * when the value is known.
 */
export class CommandField {
  /**
   * @param {any} option
   * @param {FieldContext} context
   * @param {HTMLElement} input what takes the focus
   */
  constructor(option, context, input) {
    this.option = option;
    this.context = context;
    this.input = input;
    if (option.required) input.setAttribute('aria-required', 'true');
    input.addEventListener('focus', () => this.suggest());
    input.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Why the command cannot be sent with this field, or null. */
  get problem() {
    const { option } = this;
    if (this.text.trim() === '') return option.required ? `${option.label} is required` : null;
    return this.value === null ? `${option.label}: ${expectation(option)}` : null;
  }

  /**
   * Shows the option above the composer, with what can be picked.
   * @param {import('./suggestion-list.js').Suggestion[]} rows
   * @param {number} active -1: none
   */
  show(rows, active) {
    this.context.suggestions.show(this.input, { heading: headingOf(this.option), rows, active });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    this.context.onKey(event);
  }
}
