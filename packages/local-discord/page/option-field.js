import { CommandField } from './command-field.js';
import { el } from './dom.js';
import { choicesOf, findChoice, matchingChoices, readValue } from './option-values.js';
import { COMBOBOX } from './suggestion-list.js';

/** Discord's client waits for a pause in typing as well, of undocumented length. */
const PAUSE_MS = 300;

/** The field of an option that is typed. The text that is shown and the value that is sent may differ. */
export class OptionField extends CommandField {
  /** @type {import('./option-values.js').Choice | null} */
  picked = null;
  /** @type {import('./option-values.js').Choice[] | null} */
  proposals = null;
  /** Settles when the bot has answered the latest request for proposals. */
  pending = Promise.resolve();
  /** A request for proposals that waits for a pause in typing. */
  waiting = null;

  /**
   * @param {any} option
   * @param {import('./command-field.js').FieldContext} context
   */
  constructor(option, context) {
    const input = el('input', {
      class: 'chip-input',
      'aria-label': `${option.label}: ${option.description}`,
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: false,
      ...COMBOBOX,
    });
    super(option, context, input);
    if (!choicesOf(option, context.view())) this.input.enterKeyHint = 'send';
    this.input.addEventListener('input', () => context.onInput());
    this.element = el(
      'label',
      { class: 'chip' },
      el('span', { class: 'chip-name' }, option.label),
      this.input,
    );
  }

  get text() {
    return this.input.value;
  }

  set text(text) {
    this.input.value = text;
  }

  /** The value to send; null if the option does not accept the text. */
  get value() {
    const { text, picked, proposals } = this;
    return readValue(this.option, { text, picked, proposals }, this.context.view());
  }

  /** Lists what can be picked; asks the bot if the option has autocompletion. */
  suggest() {
    if (this.option.autocomplete) {
      this.list(this.proposals ?? [], -1);
      this.askSoon(this.text === '' ? 0 : PAUSE_MS);
      return;
    }
    const choices = choicesOf(this.option, this.context.view());
    const { rows, complete } = matchingChoices(choices ?? [], this.text);
    // A complete value is kept; a part of one selects the best row.
    this.list(rows, this.text === '' ? -1 : Math.max(complete, 0));
  }

  /** Asks once the typing has paused. */
  askSoon(delayMs) {
    clearTimeout(this.timer);
    this.waiting ??= Promise.withResolvers();
    this.pending = this.waiting.promise;
    this.timer = setTimeout(() => this.askNow(), delayMs);
  }

  askNow() {
    clearTimeout(this.timer);
    this.waiting?.resolve(this.ask());
    this.waiting = null;
  }

  /** Sends a request that waits for a pause at once; resolves when the latest one is answered. */
  settle() {
    this.askNow();
    return this.pending;
  }

  async ask() {
    const asked = this.text;
    const proposed = await this.context.autocomplete(this.option.name);
    if (this.text !== asked) return;
    this.proposals = proposed.map(({ label, value }) => ({ label: String(label), value }));
    const complete = findChoice(this.proposals, asked);
    if (document.activeElement === this.input)
      this.list(this.proposals, complete ? this.proposals.indexOf(complete) : -1);
  }

  list(choices, active) {
    const rows = choices.map((choice) => ({ ...choice, pick: () => this.pick(choice) }));
    this.show(rows, active);
  }

  pick(choice) {
    this.picked = choice;
    this.text = choice.label;
    this.context.onPicked();
  }
}
