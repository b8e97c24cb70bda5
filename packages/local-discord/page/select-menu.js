import { OPTION_TYPES } from './command-draft.js';
import { el } from './dom.js';
import { MenuPopup } from './menu-popup.js';
import { choicesOf } from './option-values.js';

export const STRING_MENU = 3;
/** Menus of users, roles and channels offer the same as options of those types. */
const ENTITY_MENUS = {
  5: OPTION_TYPES.user,
  6: OPTION_TYPES.role,
  7: OPTION_TYPES.mentionable,
  8: OPTION_TYPES.channel,
};

/** Whether a component is a select menu. */
export const isMenu = ({ type }) => type === STRING_MENU || type in ENTITY_MENUS;

/** A menu of a message or a form. One value is taken when it is picked, several when the list closes. */
export class SelectMenu {
  /** @type {string[]} */
  values;
  /** @type {MenuPopup | null} the open list */
  popup = null;

  /**
   * @param {any} component as Discord describes it
   * @param {{ view: any, label?: string, onChange?: (values: string[]) => void }} context
   */
  constructor(component, { view, label, onChange }) {
    const { type, placeholder, disabled, min_values: min, max_values: max } = component;
    this.min = min ?? 1;
    this.max = max ?? 1;
    this.onChange = onChange ?? (() => {});
    this.isSearched = type !== STRING_MENU;
    this.rows = rowsOf(component, view);
    this.values = chosenFromStart(component);
    this.placeholder = placeholder || (this.isMultiple ? 'Choose some' : 'Choose');
    this.name = label ?? this.placeholder;
    this.text = el('span', { class: 'menu-text' });
    this.button = this.createButton(disabled);
    this.element = el('div', { class: 'menu-box' }, this.button);
    this.draw();
  }

  get isMultiple() {
    return this.max > 1;
  }

  createButton(disabled) {
    return el(
      'button',
      {
        type: 'button',
        class: 'menu',
        disabled,
        'aria-haspopup': 'listbox',
        'aria-expanded': 'false',
        onclick: () => (this.popup ? this.close() : this.open()),
        onkeydown: (event) => this.onKey(event),
      },
      this.text,
    );
  }

  draw() {
    const labels = this.values.map((value) => this.rows.find((row) => row.value === value)?.label ?? value);
    const text = labels.join(', ');
    this.text.textContent = text || this.placeholder;
    this.text.classList.toggle('empty', text === '');
    this.button.ariaLabel = text === '' ? this.name : `${this.name}: ${text}`;
    this.button.ariaExpanded = String(this.popup !== null);
  }

  open() {
    const { name, button, rows, isSearched, isMultiple } = this;
    this.before = this.values;
    this.popup = new MenuPopup({
      ...{ name, button, rows, isSearched, isMultiple },
      isChosen: (value) => this.values.includes(value),
      hint: () => this.hint,
      onPick: (row) => this.pick(row),
      onClose: (keyboard) => this.close(keyboard),
    });
    this.element.append(this.popup.element);
    this.popup.show();
    this.draw();
  }

  get hint() {
    const range = this.min === this.max ? `${this.min}` : `${this.min} to ${this.max}`;
    return `Choose ${range} · ${this.values.length} chosen`;
  }

  pick({ value }) {
    const has = this.values.includes(value);
    if (!this.isMultiple) {
      this.values = has && this.min === 0 ? [] : [value];
      this.close(true);
      return;
    }
    if (has) this.values = this.values.filter((other) => other !== value);
    else if (this.values.length < this.max) this.values = [...this.values, value];
    this.popup?.drawChosen();
    this.draw();
  }

  /** Closes the list and sends what was chosen; too few values are dropped for those of before. */
  close(returnFocus = false) {
    this.popup?.remove();
    this.popup = null;
    if (this.values.length < this.min) this.values = this.before;
    this.draw();
    if (returnFocus) this.button.focus();
    const isSame = String([...this.values].sort()) === String([...this.before].sort());
    // An edit of the message may have put another menu in the place of this one.
    if (!isSame && this.element.isConnected) this.onChange(this.values);
  }

  onKey(event) {
    if (this.popup || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    this.open();
  }
}

/** @returns {import('./menu-popup.js').Row[]} */
function rowsOf({ type, options, channel_types }, view) {
  if (type !== STRING_MENU) return choicesOf({ type: ENTITY_MENUS[type], channel_types }, view) ?? [];
  return options.map(({ label, value, description, emoji }) => ({
    label,
    value,
    detail: description,
    mark: emoji?.name,
  }));
}

function chosenFromStart({ options, default_values: ids }) {
  if (!options) return (ids ?? []).map(({ id }) => id);
  return options.filter((option) => option.default).map(({ value }) => value);
}
