import { el } from '../dom.js';

/**
 * Channels above, people below.
 * @param {HTMLElement} root
 * @param {any} view
 * @param {{ onChannel: (id: string) => void, onPerson: (id: string) => void }} handlers
 */
export function renderSidebar(root, view, { onChannel, onPerson }) {
  const inGuild = view.channels.filter((channel) => channel.kind === 'guild_text');
  const direct = view.channels.filter((channel) => channel.kind !== 'guild_text');
  const channelItem = (channel) => channelButton(channel, channel.id === view.channelId, onChannel);
  root.replaceChildren(
    el('h1', { class: 'server-name' }, view.serverName),
    el(
      'div',
      { class: 'sidebar-scroll' },
      section('Channels', inGuild.map(channelItem)),
      section('Direct messages', direct.map(channelItem)),
    ),
    peopleSwitch(view, onPerson),
  );
}

function section(title, items) {
  return el('section', {}, el('h2', {}, title), el('ul', {}, ...items.map((item) => el('li', {}, item))));
}

function channelButton(channel, active, onChannel) {
  const sign = channel.kind === 'guild_text' ? '#' : channel.kind === 'dm' ? '@' : '⁂';
  return el(
    'button',
    {
      type: 'button',
      class: 'channel-button',
      'aria-current': active ? 'page' : null,
      onclick: () => onChannel(channel.id),
    },
    el('span', { class: 'channel-sign', 'aria-hidden': 'true' }, sign),
    channel.name,
  );
}

/** Radio buttons: one person at a time, arrows move between them. */
function peopleSwitch(view, onPerson) {
  const people = view.people.filter((person) => !person.bot);
  return el(
    'fieldset',
    { class: 'people' },
    el('legend', {}, 'You are'),
    ...people.map((person) => {
      const radio = el('input', {
        type: 'radio',
        name: 'person',
        value: person.id,
        checked: person.id === view.me,
        onchange: () => onPerson(person.id),
      });
      return el(
        'label',
        { class: 'person' },
        radio,
        el('img', { src: `/avatars/${person.id}.svg`, alt: '', width: 28, height: 28 }),
        el('span', { class: 'person-name' }, person.name),
        el('span', { class: 'person-role' }, person.role),
      );
    }),
  );
}
