import { el, ICONS, icon } from './dom.js';

const KEY = 'local-discord-theme';
const system = matchMedia('(prefers-color-scheme: light)');

const current = () => localStorage.getItem(KEY) ?? (system.matches ? 'light' : 'dark');

/** Follows the system's theme until the user chooses one. */
export function createThemeToggle() {
  const button = el('button', { type: 'button', class: 'icon-button' });
  const apply = () => {
    const theme = current();
    document.documentElement.dataset.theme = theme;
    const other = theme === 'dark' ? 'light' : 'dark';
    button.setAttribute('aria-label', `Switch to the ${other} look`);
    button.title = `Switch to the ${other} look`;
    button.replaceChildren(icon(theme === 'dark' ? ICONS.sun : ICONS.moon));
  };
  button.addEventListener('click', () => {
    localStorage.setItem(KEY, current() === 'dark' ? 'light' : 'dark');
    apply();
  });
  system.addEventListener('change', apply);
  apply();
  return button;
}
