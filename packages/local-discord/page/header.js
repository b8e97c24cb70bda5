import { channelSign, channelTitle, shownChannel } from './channels.js';
import { avatar, el, ICONS, iconButton } from './dom.js';

/**
 * The line above the messages: the channel, and whether the bot is connected.
 * @param {HTMLElement} root
 * @param {any} view
 * @param {{ onMenu: () => void, themeToggle: HTMLElement }} parts
 */
export function renderHeader(root, view, { onMenu, themeToggle }) {
  const channel = shownChannel(view);
  root.replaceChildren(
    iconButton(ICONS.menu, 'Channels and users', onMenu, { class: 'menu-button' }),
    el('h2', { class: 'channel-name' }, channelSign(channel), channel.name),
    el('span', { class: 'channel-topic' }, channel.topic),
    statusOf(view),
    themeToggle,
  );
}

function statusOf({ application, botOnline }) {
  const status = botOnline ? 'online' : 'offline';
  return el('span', { class: `status ${status}` }, `${application.name} is ${status}`);
}

/**
 * The text before a channel's first message.
 * @param {any} view
 * @param {(text: string) => void} onExample
 */
export function renderWelcome(view, onExample) {
  const { application, examples } = view;
  const begin = examples.length > 0 ? ', or try one of these' : '';
  const text = `A Discord of your own: it runs on this machine and nothing leaves it. Type / for the commands${begin}.`;
  const buttons = examples.map((example) =>
    el('button', { type: 'button', class: 'example', onclick: () => onExample(example) }, example),
  );
  return el(
    'div',
    { class: 'welcome' },
    avatar(application.id, { width: 56, height: 56 }),
    el('h3', {}, `This is ${channelTitle(shownChannel(view))}`),
    el('p', {}, text),
    el('div', { class: 'examples' }, ...buttons),
  );
}
