import { el } from './dom.js';
import { renderMarkdown } from './markdown.js';

/**
 * @param {any} embed
 * @param {import('./markdown.js').Names} names
 */
export function renderEmbed(embed, names) {
  const card = el('section', { class: 'embed' });
  if (embed.color) card.style.borderLeftColor = `#${embed.color.toString(16).padStart(6, '0')}`;
  if (embed.author) card.append(el('div', { class: 'embed-author' }, embed.author.name));
  if (embed.title) card.append(renderTitle(embed, names));
  if (embed.description) {
    card.append(el('div', { class: 'embed-description' }, renderMarkdown(embed.description, names)));
  }
  if (embed.fields?.length) card.append(renderFields(embed.fields, names));
  if (embed.image) card.append(renderPicture(embed.image, 'embed-picture'));
  if (embed.thumbnail) card.append(renderPicture(embed.thumbnail, 'embed-picture embed-thumbnail'));
  if (embed.footer?.text) card.append(el('div', { class: 'embed-footer' }, embed.footer.text));
  return card;
}

function renderTitle({ title, url }, names) {
  const text = renderMarkdown(title, names);
  const inside = url ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
  return el('div', { class: 'embed-title' }, inside);
}

function renderFields(fields, names) {
  return el(
    'dl',
    { class: 'embed-fields' },
    ...fields.map((field) =>
      el(
        'div',
        { class: field.inline ? 'inline' : '' },
        el('dt', {}, renderMarkdown(field.name, names)),
        el('dd', {}, renderMarkdown(field.value, names)),
      ),
    ),
  );
}

function renderPicture({ url, description, width, height }, look) {
  const picture = el('img', { class: look, src: url, alt: description ?? '', loading: 'lazy' });
  // Known beforehand, so that the messages below do not jump when the picture comes.
  if (width && height) Object.assign(picture, { width, height });
  return el('a', { href: url, target: '_blank', class: 'embed-picture-link' }, picture);
}
