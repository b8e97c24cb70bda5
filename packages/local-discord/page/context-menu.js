import { el } from './dom.js';

/**
 * Where a menu opens: at the pointer, or at the element that the keyboard was on.
 * @param {MouseEvent} event of a click or a right click
 */
export function placeOf(event) {
  if (event.clientX > 0 || event.clientY > 0) return { x: event.clientX, y: event.clientY };
  const { left, bottom } = /** @type {Element} */ (event.target).getBoundingClientRect();
  return { x: left, y: bottom };
}

/**
 * Opens a menu over the page. It closes on Escape, Tab, and a click or a turn of the wheel elsewhere.
 * @param {{ x: number, y: number }} place
 * @param {{ title: string, empty: string, items: { label: string, act: () => void }[] }} content empty: what is said without items
 */
export function openContextMenu(place, content) {
  document.querySelector('.context-menu')?.dispatchEvent(new Event('dismiss'));
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const buttons = content.items.map(({ label, act }) => renderItem(label, () => end(act)));
  const menu = renderMenu(content, buttons);
  const listening = new AbortController();
  const close = () => {
    listening.abort();
    menu.remove();
  };
  const end = (act) => {
    close();
    before?.focus();
    act?.();
  };
  menu.addEventListener('dismiss', close);
  menu.addEventListener('keydown', (event) => onKey(event, buttons, () => end(undefined)));
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  closeElsewhere(menu, close, listening.signal);
  document.body.append(menu);
  keepInside(menu, place);
  (buttons[0] ?? menu).focus();
}

function renderMenu({ title, empty }, buttons) {
  return el(
    'div',
    { class: 'context-menu', role: 'menu', 'aria-label': title, tabIndex: -1 },
    el('div', { class: 'context-title', 'aria-hidden': 'true' }, title),
    ...(buttons.length > 0 ? buttons : [el('div', { class: 'context-empty', role: 'none' }, empty)]),
  );
}

function renderItem(label, onclick) {
  const props = { type: 'button', class: 'context-item', role: 'menuitem', tabIndex: -1, onclick };
  return el('button', props, label);
}

function closeElsewhere(menu, close, signal) {
  const options = { signal, capture: true, passive: true };
  const closeOutside = ({ target }) => !menu.contains(/** @type {Node} */ (target)) && close();
  // Not on scroll events, which arriving messages cause as well.
  for (const type of ['pointerdown', 'wheel']) document.addEventListener(type, closeOutside, options);
  window.addEventListener('resize', close, { signal });
}

function onKey(event, buttons, end) {
  const at = buttons.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + buttons.length, Home: 0, End: -1 }[event.key];
  if (next !== undefined) buttons.at(next < 0 ? next : next % buttons.length)?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') end();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Positions the menu beside the place, entirely on the screen. */
function keepInside(menu, { x, y }) {
  const margin = 8;
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(margin, Math.min(x, innerWidth - width - margin))}px`;
  menu.style.top = `${Math.max(margin, Math.min(y, innerHeight - height - margin))}px`;
}
