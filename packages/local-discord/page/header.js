import { el, ICONS, icon } from './dom.js';
import { channelSign } from './sidebar.js';

/**
 * The line above the messages: the channel, and whether the bot is connected.
 * @param {HTMLElement} root
 * @param {any} view
 * @param {{ onMenu: () => void, themeToggle: HTMLElement }} parts
 */
export function renderHeader(root, view, { onMenu, themeToggle }) {
  const channel = view.channels.find(({ id }) => id === view.channelId);
  const { name } = view.application;
  root.replaceChildren(
    el(
      'button',
      {
        type: 'button',
        class: 'icon-button menu-button',
        'aria-label': 'Channels and users',
        onclick: onMenu,
      },
      icon(ICONS.menu),
    ),
    el('h2', { class: 'channel-name' }, channelSign(channel), channel.name),
    el('span', { class: 'channel-topic' }, channel.topic),
    el(
      'span',
      { class: view.botOnline ? 'status online' : 'status' },
      `${name} is ${view.botOnline ? 'online' : 'offline'}`,
    ),
    themeToggle,
  );
}

/**
 * The text before a channel's first message.
 * @param {any} view
 * @param {(text: string) => void} onExample
 */
export function renderWelcome(view, onExample) {
  const { application, examples } = view;
  const channel = view.channels.find(({ id }) => id === view.channelId);
  const begin = examples.length > 0 ? ', or try one of these' : '';
  return el(
    'div',
    { class: 'welcome' },
    el('img', { src: `/avatars/${application.id}.svg`, alt: '', width: 56, height: 56 }),
    el('h3', {}, `This is ${channel.kind === 'guild_text' ? '#' : ''}${channel.name}`),
    el(
      'p',
      {},
      `A Discord of your own: it runs on this machine and nothing leaves it. Type / for the commands${begin}.`,
    ),
    el(
      'div',
      { class: 'examples' },
      ...examples.map((text) =>
        el('button', { type: 'button', class: 'example', onclick: () => onExample(text) }, text),
      ),
    ),
  );
}
