import { el } from './dom.js';
import { isMenu, SelectMenu } from './select-menu.js';

const BUTTON = 2;
const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'link' };

/**
 * Draws rows of buttons and menus. After a use, a component is inactive until the bot has answered.
 * @param {any[]} rows
 * @param {{
 *   onPress: (customId: string) => Promise<void>,
 *   onSelect: (customId: string, values: string[]) => Promise<void>,
 *   view: () => any,
 * }} handlers
 */
export function renderComponents(rows, handlers) {
  const group = el('div', { class: 'component-rows' });
  for (const row of rows) {
    const items = row.components.map((component) => renderComponent(component, handlers));
    group.append(el('div', { class: 'component-row' }, ...items));
  }
  return group;
}

function renderComponent(component, handlers) {
  if (isMenu(component)) return renderMenu(component, handlers);
  if (component.type === BUTTON) return renderButton(component, handlers.onPress);
  return null;
}

function renderButton({ style, label, emoji, url, custom_id: customId, disabled }, onPress) {
  const name = [emoji?.name, label].filter(Boolean).join(' ');
  const look = `button button-${STYLES[style] ?? 'secondary'}`;
  if (url) return el('a', { class: look, href: url, target: '_blank', rel: 'noopener noreferrer' }, name);
  const button = el('button', { type: 'button', class: look, disabled, dataset: { customId } }, name);
  button.addEventListener('click', () => whileIdle(button, () => onPress(customId)));
  return button;
}

/** Marked, not disabled: a disabled button would lose the focus. */
async function whileIdle(element, act) {
  if (element.ariaDisabled === 'true') return;
  element.ariaDisabled = 'true';
  await act();
  element.ariaDisabled = null;
}

function renderMenu(component, { view, onSelect }) {
  const onChange = (values) => whileIdle(menu.button, () => onSelect(component.custom_id, values));
  const menu = new SelectMenu(component, { view: view(), onChange });
  return menu.element;
}
