import { el } from '../dom.js';
import { renderMarkdown } from './markdown.js';

/**
 * Title and picture stand in slots: the component's own ones read digits in a title as an emoji of Discord's servers
 * and give every picture the same alt text.
 * @param {any} embed
 * @param {import('./markdown.js').Names} names
 */
export function renderEmbed(embed, names) {
  const card = el('discord-embed', { slot: 'embeds' });
  if (embed.color !== undefined) card.color = `#${embed.color.toString(16).padStart(6, '0')}`;
  const head = el('div', { slot: 'description', class: 'embed-head' });
  if (embed.author) head.append(el('div', { class: 'embed-author' }, embed.author.name));
  if (embed.title) head.append(el('div', { class: 'embed-title' }, renderMarkdown(embed.title, names)));
  if (embed.description) {
    head.append(el('div', { class: 'embed-description' }, renderMarkdown(embed.description, names)));
  }
  card.append(head);
  const body = el('div', { slot: 'fields', class: 'embed-body' });
  if (embed.fields?.length) body.append(renderFields(embed.fields, names));
  if (embed.image) body.append(renderPicture(embed.image));
  if (body.hasChildNodes()) card.append(body);
  if (embed.footer) card.append(el('div', { slot: 'footer', class: 'embed-footer' }, embed.footer.text));
  return card;
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

function renderPicture({ url, description, width, height }) {
  const picture = el('img', { class: 'embed-picture', src: url, alt: description ?? '', loading: 'lazy' });
  // Known beforehand, so that the messages below do not jump when the picture comes.
  if (width && height) Object.assign(picture, { width, height });
  return el('a', { href: url, target: '_blank', class: 'embed-picture-link' }, picture);
}
