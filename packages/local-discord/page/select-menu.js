import { OPTION_TYPES } from './command-draft.js';
import { el } from './dom.js';
import { choicesOf, matchingChoices } from './option-values.js';

/**
 * A row of a menu: the label is shown, the value is sent.
 * @typedef {{ label: string, value: string, detail?: string, mark?: string }} Row
 */

export const STRING_MENU = 3;
/** Menus of users, roles and channels offer the same as options of those types. */
const ENTITY_MENUS = {
  5: OPTION_TYPES.user,
  6: OPTION_TYPES.role,
  7: OPTION_TYPES.mentionable,
  8: OPTION_TYPES.channel,
};

/** What a select menu may contain. */
export const isMenu = ({ type }) => type === STRING_MENU || type in ENTITY_MENUS;

/** A menu of a message or a form. One value is taken when it is picked, several when the list closes. */
export class SelectMenu {
  /** @type {string[]} */
  values;
  /** @type {HTMLElement | null} */
  popup = null;
  active = -1;

  /**
   * @param {any} component as Discord describes it
   * @param {{ view: any, label?: string, onChange?: (values: string[]) => void }} context
   */
  constructor(component, { view, label, onChange }) {
    const { type, placeholder, min_values: min, max_values: max } = component;
    this.min = min ?? 1;
    this.max = max ?? 1;
    this.onChange = onChange ?? (() => {});
    this.isSearched = type !== STRING_MENU;
    this.rows = rowsOf(component, view);
    this.values = chosenFromStart(component);
    this.placeholder = placeholder || (this.max > 1 ? 'Choose some' : 'Choose');
    this.name = label ?? this.placeholder;
    this.text = el('span', { class: 'menu-text' });
    this.button = el(
      'button',
      {
        type: 'button',
        class: 'menu',
        disabled: component.disabled,
        'aria-haspopup': 'listbox',
        'aria-expanded': 'false',
        onclick: () => (this.popup ? this.close() : this.open()),
        onkeydown: (event) => this.onButtonKey(event),
      },
      this.text,
    );
    this.element = el('div', { class: 'menu-box' }, this.button);
    this.draw();
  }

  get isMultiple() {
    return this.max > 1;
  }

  draw() {
    const labels = this.values.map((value) => this.rows.find((row) => row.value === value)?.label ?? value);
    this.text.textContent = labels.join(', ') || this.placeholder;
    this.text.classList.toggle('empty', labels.length === 0);
    this.button.setAttribute(
      'aria-label',
      labels.length > 0 ? `${this.name}: ${labels.join(', ')}` : this.name,
    );
  }

  open() {
    this.before = this.values;
    this.search = el('input', {
      class: 'menu-search',
      placeholder: 'Search',
      'aria-label': `Search in ${this.name}`,
      autocomplete: 'off',
      role: 'combobox',
      'aria-controls': 'menu-rows',
      'aria-expanded': 'true',
      oninput: () => this.drawRows(),
    });
    this.list = el('ul', {
      class: 'menu-rows',
      id: 'menu-rows',
      role: 'listbox',
      tabIndex: this.isSearched ? -1 : 0,
      'aria-label': this.name,
      'aria-multiselectable': String(this.isMultiple),
    });
    this.hint = el('p', { class: 'menu-hint', role: 'status' });
    this.popup = el(
      'div',
      { class: 'menu-popup', popover: 'manual', onkeydown: (event) => this.onKey(event) },
      this.isSearched && this.search,
      this.isMultiple && this.hint,
      this.list,
    );
    this.button.setAttribute('aria-expanded', 'true');
    this.element.append(this.popup);
    this.popup.showPopover();
    this.drawRows();
    this.place();
    this.listening = new AbortController();
    const { signal } = this.listening;
    document.addEventListener(
      'pointerdown',
      ({ target }) => !this.element.contains(/** @type {Node} */ (target)) && this.close(),
      { signal, capture: true },
    );
    window.addEventListener('resize', () => this.place(), { signal });
    document.addEventListener('scroll', () => this.place(), { signal, capture: true });
    this.focusPoint.focus();
  }

  /** Where the keyboard is while the list is open. */
  get focusPoint() {
    return /** @type {HTMLElement} */ (this.isSearched ? this.search : this.list);
  }

  /** Below the button, or above it where there is more room. */
  place() {
    if (!this.popup) return;
    const { left, top, bottom, width } = this.button.getBoundingClientRect();
    const below = innerHeight - bottom;
    const isBelow = below > 260 || below > top;
    Object.assign(this.popup.style, {
      left: `${left}px`,
      width: `${width}px`,
      top: isBelow ? `${bottom + 4}px` : 'auto',
      bottom: isBelow ? 'auto' : `${innerHeight - top + 4}px`,
      maxHeight: `${Math.min(320, (isBelow ? below : top) - 12)}px`,
    });
  }

  drawRows() {
    const typed = this.isSearched ? this.search.value : '';
    this.shown = typed === '' ? this.rows : matchingChoices(this.rows, typed).rows;
    this.list.replaceChildren(...this.shown.map((row, index) => this.renderRow(row, index)));
    if (this.shown.length === 0) this.list.append(el('li', { class: 'menu-none' }, 'Nothing fits'));
    const chosen = this.shown.findIndex(({ value }) => this.values.includes(value));
    this.activate(Math.max(chosen, 0));
    this.drawHint();
  }

  renderRow(row, index) {
    return el(
      'li',
      {
        id: `menu-row-${index}`,
        class: 'menu-row',
        role: 'option',
        'aria-selected': String(this.values.includes(row.value)),
        onmousedown: (event) => event.preventDefault(),
        onmousemove: () => this.active !== index && this.activate(index),
        onclick: () => this.pick(row),
      },
      row.mark && el('span', { class: 'menu-mark', 'aria-hidden': 'true' }, row.mark),
      el(
        'span',
        { class: 'menu-labels' },
        el('span', {}, row.label),
        row.detail && el('small', {}, row.detail),
      ),
    );
  }

  drawHint() {
    const range = this.min === this.max ? `${this.min}` : `${this.min} to ${this.max}`;
    this.hint.textContent = `Choose ${range} · ${this.values.length} chosen`;
  }

  activate(index) {
    this.list.children[this.active]?.classList.remove('active');
    this.active = index;
    const row = this.list.children[index];
    row?.classList.add('active');
    row?.scrollIntoView({ block: 'nearest' });
    if (row?.id) this.focusPoint.setAttribute('aria-activedescendant', row.id);
    else this.focusPoint.removeAttribute('aria-activedescendant');
  }

  pick({ value }) {
    const has = this.values.includes(value);
    if (!this.isMultiple) {
      this.values = has && this.min === 0 ? [] : [value];
      this.close();
      this.button.focus();
      return;
    }
    if (has) this.values = this.values.filter((other) => other !== value);
    else if (this.values.length < this.max) this.values = [...this.values, value];
    const row = this.list.children[this.active];
    row?.setAttribute('aria-selected', String(this.values.includes(value)));
    this.drawHint();
    this.draw();
  }

  /** Closes the list and sends what was chosen; too few values are dropped for those of before. */
  close() {
    this.listening?.abort();
    this.popup?.remove();
    this.popup = null;
    this.button.setAttribute('aria-expanded', 'false');
    if (this.values.length < this.min) this.values = this.before;
    this.draw();
    const isSame = String([...this.values].sort()) === String([...this.before].sort());
    // An edit of the message may have put another menu in the place of this one.
    if (!isSame && this.element.isConnected) this.onChange(this.values);
  }

  onButtonKey(event) {
    if (this.popup || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    this.open();
  }

  onKey(event) {
    if (event.isComposing) return;
    const count = this.shown.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count > 0) this.activate((this.active + step + count) % count);
    else if (event.key === 'Enter' || (event.key === ' ' && !this.isSearched)) {
      const row = this.shown[this.active];
      if (row) this.pick(row);
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      this.close();
      this.button.focus();
      if (event.key === 'Tab') return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** @returns {Row[]} */
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
