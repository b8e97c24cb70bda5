import { el } from './dom.js';
import { matchingChoices } from './option-values.js';

/** The list is never higher, and stays below its button where there is room for this much of it. */
const MAX_HEIGHT_PX = 320;
const WANTED_HEIGHT_PX = 260;

/**
 * A row of a menu: the label is shown, the value is sent.
 * @typedef {{ label: string, value: string, detail?: string, mark?: string }} Row
 */

/**
 * @typedef {{
 *   name: string,
 *   button: HTMLElement,
 *   rows: Row[],
 *   isSearched: boolean,
 *   isMultiple: boolean,
 *   isChosen: (value: string) => boolean,
 *   hint: () => string,
 *   onPick: (row: Row) => void,
 *   onClose: (keyboard: boolean) => void,
 * }} PopupContext button: what it opens beside; hint: what may be chosen yet; keyboard: closed by a key
 */

/** The open list of a select menu, over the page. It asks to be closed by a press elsewhere, Escape and Tab. */
export class MenuPopup {
  active = -1;
  /** @type {Row[]} those that fit the search */
  shown = [];
  listening = new AbortController();

  /** @param {PopupContext} context */
  constructor(context) {
    this.context = context;
    const { name, isSearched, isMultiple } = context;
    this.search = el('input', {
      class: 'menu-search',
      placeholder: 'Search',
      'aria-label': `Search in ${name}`,
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
      tabIndex: isSearched ? -1 : 0,
      'aria-label': name,
      'aria-multiselectable': String(isMultiple),
    });
    this.hint = el('p', { class: 'menu-hint', role: 'status' });
    const parts = [isSearched && this.search, isMultiple && this.hint, this.list];
    const onkeydown = (event) => this.onKey(event);
    this.element = el('div', { class: 'menu-popup', popover: 'manual', onkeydown }, ...parts);
    /** What has the focus while the list is open. */
    this.focused = isSearched ? this.search : this.list;
  }

  /** Opens the list, once its element is on the page. */
  show() {
    this.element.showPopover();
    this.drawRows();
    this.place();
    const { signal } = this.listening;
    const isOutside = ({ target }) => !this.element.parentElement.contains(target);
    document.addEventListener('pointerdown', (event) => isOutside(event) && this.context.onClose(false), {
      signal,
      capture: true,
    });
    window.addEventListener('resize', () => this.place(), { signal });
    document.addEventListener('scroll', () => this.place(), { signal, capture: true });
    this.focused.focus();
  }

  remove() {
    this.listening.abort();
    this.element.remove();
  }

  /** Below the button, or above it where there is more room. */
  place() {
    const { left, top, bottom, width } = this.context.button.getBoundingClientRect();
    const below = innerHeight - bottom;
    const isBelow = below > WANTED_HEIGHT_PX || below > top;
    Object.assign(this.element.style, {
      left: `${left}px`,
      width: `${width}px`,
      top: isBelow ? `${bottom + 4}px` : 'auto',
      bottom: isBelow ? 'auto' : `${innerHeight - top + 4}px`,
      maxHeight: `${Math.min(MAX_HEIGHT_PX, (isBelow ? below : top) - 12)}px`,
    });
  }

  drawRows() {
    const { rows, isSearched, isChosen } = this.context;
    const typed = isSearched ? this.search.value : '';
    this.shown = typed === '' ? rows : matchingChoices(rows, typed).rows;
    this.list.replaceChildren(...this.shown.map((row, index) => this.renderRow(row, index)));
    if (this.shown.length === 0) this.list.append(el('li', { class: 'menu-none' }, 'Nothing fits'));
    this.activate(
      Math.max(
        0,
        this.shown.findIndex(({ value }) => isChosen(value)),
      ),
    );
    this.drawChosen();
  }

  /** After a value was chosen or given up. */
  drawChosen() {
    for (const [index, { value }] of this.shown.entries())
      this.list.children[index].ariaSelected = String(this.context.isChosen(value));
    this.hint.textContent = this.context.hint();
  }

  renderRow(row, index) {
    return el(
      'li',
      {
        id: `menu-row-${index}`,
        class: 'menu-row',
        role: 'option',
        onmousedown: (event) => event.preventDefault(),
        onmousemove: () => this.active !== index && this.activate(index),
        onclick: () => this.context.onPick(row),
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

  activate(index) {
    this.list.children[this.active]?.classList.remove('active');
    this.active = index;
    const row = this.list.children[index];
    row?.classList.add('active');
    row?.scrollIntoView({ block: 'nearest' });
    if (row?.id) this.focused.setAttribute('aria-activedescendant', row.id);
    else this.focused.removeAttribute('aria-activedescendant');
  }

  onKey(event) {
    if (event.isComposing) return;
    const count = this.shown.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count > 0) this.activate((this.active + step + count) % count);
    else if (event.key === 'Enter' || (event.key === ' ' && !this.context.isSearched)) this.pickActive();
    else if (event.key === 'Escape' || event.key === 'Tab') this.context.onClose(true);
    else return;
    // Tab goes on from the button.
    if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
  }

  pickActive() {
    const row = this.shown[this.active];
    if (row) this.context.onPick(row);
  }
}
