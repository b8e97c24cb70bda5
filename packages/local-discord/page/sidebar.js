import { channelSign } from './channels.js';
import { avatar, el } from './dom.js';
import { isUnread } from './read-marks.js';
import { SelectMenu, STRING_MENU } from './select-menu.js';

/**
 * Channels above, users below.
 * @param {HTMLElement} root
 * @param {any} view
 * @param {{
 *   onChannel: (id: string) => void,
 *   onUser: (id: string) => void,
 *   onUserMenu: (id: string, event: MouseEvent) => void,
 *   onLocale: (locale: string) => void,
 * }} handlers
 */
export function renderSidebar(root, view, { onChannel, onUser, onUserMenu, onLocale }) {
  const inGuild = view.channels.filter((channel) => channel.kind === 'guild_text');
  const direct = view.channels.filter((channel) => channel.kind !== 'guild_text');
  const channelItem = (channel) => channelButton(view, channel, onChannel);
  root.replaceChildren(
    el('h1', { class: 'server-name' }, view.serverName),
    el(
      'div',
      { class: 'sidebar-scroll' },
      section('Channels', inGuild.map(channelItem)),
      section('Direct messages', direct.map(channelItem)),
    ),
    userSwitch(view, onUser, onUserMenu),
    localeSwitch(view, onLocale),
  );
}

function section(title, items) {
  return el('section', {}, el('h2', {}, title), el('ul', {}, ...items.map((item) => el('li', {}, item))));
}

function channelButton(view, channel, onChannel) {
  const isCurrent = channel.id === view.channelId;
  return el(
    'button',
    {
      type: 'button',
      class: 'channel-button',
      dataset: { channelId: channel.id },
      'aria-current': isCurrent ? 'page' : null,
      onclick: () => onChannel(channel.id),
    },
    channelSign(channel),
    channel.name,
    el('span', { class: 'sr-only unread-mark' }),
  );
}

/**
 * Marks the channels where another user has written since the viewer was there.
 * @param {HTMLElement} root
 * @param {any} view
 */
export function markUnread(root, view) {
  for (const channel of view.channels) {
    const button = root.querySelector(`[data-channel-id="${channel.id}"]`);
    const unread = channel.id !== view.channelId && isUnread(view.me, channel);
    button?.classList.toggle('unread', unread);
    const mark = button?.querySelector('.unread-mark');
    if (mark) mark.textContent = unread ? ', unread' : '';
  }
}

/** Radio buttons: one user at a time, arrows move between them. */
function userSwitch(view, onUser, onUserMenu) {
  const users = view.users.filter((user) => !user.bot);
  return el(
    'fieldset',
    { class: 'users' },
    el('legend', {}, 'You are'),
    ...users.map((user) => userItem(user, user.id === view.me, onUser, onUserMenu)),
  );
}

function userItem({ id, name, role }, checked, onUser, onUserMenu) {
  return el(
    'label',
    { class: 'user', oncontextmenu: (event) => onUserMenu(id, event) },
    el('input', { type: 'radio', name: 'user', value: id, checked, onchange: () => onUser(id) }),
    avatar(id, { width: 28, height: 28 }),
    el('span', { class: 'user-name' }, name),
    el('span', { class: 'user-role' }, role),
  );
}

/** The language in which the user has Discord: commands are shown in it, and the bot is told of it. */
function localeSwitch({ locale, locales }, onLocale) {
  const options = locales
    .map((code) => ({ value: code, label: languageName(code), default: code === locale }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const component = { type: STRING_MENU, options };
  const menu = new SelectMenu(component, {
    view: null,
    label: 'Language',
    onChange: ([code]) => onLocale(code),
  });
  return el(
    'div',
    { class: 'locale-switch' },
    el('span', { 'aria-hidden': 'true' }, 'Language'),
    menu.element,
  );
}

/** As its speakers write it. */
function languageName(code) {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
