import { el } from './dom.js';

/**
 * The list above the composer. The keyboard stays in the input, which names the active row to screen readers.
 * @typedef {{ label: string, detail?: string, value?: string | number | boolean, pick: () => void }} Suggestion
 */
export class SuggestionList {
  list = el('ul', {
    class: 'suggestion-rows',
    role: 'listbox',
    id: 'suggestions',
    'aria-label': 'Suggestions',
  });
  heading = el('div', { class: 'suggestion-heading' });
  element = el('div', { class: 'suggestions', hidden: true }, this.heading, this.list);
  /** @type {Suggestion[]} */
  rows = [];
  active = -1;
  /** @type {HTMLElement | null} */
  owner = null;

  get isOpen() {
    return !this.element.hidden;
  }

  get activeRow() {
    return this.isOpen ? this.rows[this.active] : undefined;
  }

  /**
   * @param {HTMLElement} owner the input that keeps the focus
   * @param {{ heading: (Node | string)[], rows: Suggestion[], active: number }} content active: -1 = none
   */
  show(owner, { heading, rows, active }) {
    this.close();
    this.owner = owner;
    this.rows = rows;
    this.heading.replaceChildren(...heading);
    this.heading.hidden = heading.length === 0;
    this.list.replaceChildren(...rows.map((row, index) => this.renderRow(row, index)));
    this.list.hidden = rows.length === 0;
    this.element.hidden = rows.length === 0 && heading.length === 0;
    owner.setAttribute('aria-expanded', String(rows.length > 0));
    if (active >= 0 && active < rows.length) this.activate(active);
  }

  close() {
    this.element.hidden = true;
    this.active = -1;
    this.rows = [];
    this.owner?.setAttribute('aria-expanded', 'false');
    this.owner?.removeAttribute('aria-activedescendant');
  }

  /** @param {1 | -1} step */
  move(step) {
    if (this.rows.length === 0) return;
    const start = this.active < 0 && step < 0 ? 0 : this.active;
    this.activate((start + step + this.rows.length) % this.rows.length);
  }

  activate(index) {
    this.list.querySelector('[aria-selected="true"]')?.setAttribute('aria-selected', 'false');
    const row = this.list.children[index];
    row?.setAttribute('aria-selected', 'true');
    row?.scrollIntoView({ block: 'nearest' });
    this.active = index;
    if (row) this.owner?.setAttribute('aria-activedescendant', row.id);
  }

  renderRow({ label, detail, pick }, index) {
    return el(
      'li',
      {
        role: 'option',
        id: `suggestion-${index}`,
        class: 'suggestion',
        'aria-selected': 'false',
        // Before the input loses the focus.
        onmousedown: (event) => event.preventDefault(),
        onclick: pick,
        onmousemove: () => this.active !== index && this.activate(index),
      },
      el('span', { class: 'suggestion-label' }, label),
      detail ? el('span', { class: 'suggestion-detail' }, detail) : null,
    );
  }
}

/** What makes an input the owner of the list. */
export const COMBOBOX = {
  role: 'combobox',
  'aria-autocomplete': 'list',
  'aria-controls': 'suggestions',
  'aria-expanded': 'false',
};
