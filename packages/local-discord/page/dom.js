/**
 * Makes an element. Keys of `props`: `class`, `on…` for listeners, `dataset`, else a property where the element has
 * one and an attribute otherwise; null and false leave a key out.
 * @param {string} tag
 * @param {Record<string, unknown>} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'class') element.className = String(value);
    else if (key === 'dataset') Object.assign(element.dataset, value);
    else if (key.startsWith('on'))
      element.addEventListener(key.slice(2), /** @type {EventListener} */ (value));
    else if (key in element && !key.startsWith('aria') && key !== 'role') element[key] = value;
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A line that says what is wrong, and is read aloud when it does; `say(null)` hides it. */
export function problemLine() {
  const element = el('p', { class: 'problem', role: 'alert', hidden: true });
  /** @param {string | null} text */
  const say = (text) => {
    element.hidden = text === null;
    element.textContent = text ?? '';
  };
  return { element, say };
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * A line icon of 24 × 24 units that takes the colour of its text.
 * @param {string} path
 */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

/**
 * A button that shows an icon alone.
 * @param {string} path one of ICONS
 * @param {string} name for screen readers
 * @param {(event: any) => void} onclick
 * @param {Record<string, unknown>} [props] as `el` takes them
 */
export function iconButton(path, name, onclick, { class: look = '', ...props } = {}) {
  const looks = `icon-button ${look}`.trim();
  return el('button', { type: 'button', class: looks, 'aria-label': name, onclick, ...props }, icon(path));
}

/**
 * The picture of a user or of the bot.
 * @param {string} id
 * @param {Record<string, unknown>} [props] as `el` takes them
 */
export function avatar(id, props) {
  return el('img', { src: `/avatars/${id}.svg`, alt: '', ...props });
}

export const ICONS = {
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 4V2m0 20v-2m8-8h2M2 12h2m13.7-5.7 1.4-1.4M4.9 19.1l1.4-1.4m11.4 0 1.4 1.4M4.9 4.9l1.4 1.4M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Z',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  send: 'M5 12h13m-6-7 7 7-7 7',
  download: 'M12 4v11m-5-5 5 5 5-5M5 20h14',
  play: 'M7 4.5v15l12-7.5-12-7.5Z',
  pause: 'M8 5v14M16 5v14',
  sound: 'M4 10v4m4-7v10m4-13v16m4-13v10m4-7v4',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  plus: 'M12 5v14M5 12h14',
  file: 'M14 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7l-4-4Zm0 0v4h4',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Zm12.5 0a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
};
