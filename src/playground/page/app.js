import { Composer } from './composer/composer.js';
import { el, ICONS, icon } from './dom.js';
import { themeComponents } from './message/component-theme.js';
import { MessageList } from './message/message-list.js';
import { startTicking } from './message/timestamps.js';
import { act, follow, loadView } from './server.js';
import { openModal } from './shell/modal.js';
import { renderSidebar } from './shell/sidebar.js';
import { createThemeToggle } from './shell/theme-toggle.js';

const EXAMPLES = [
  '/riff prompt:jazz piano negative:vocals',
  '/riff prompt:slow ambient guitar, warm tape',
  '/help',
];

const byId = (id) => document.getElementById(id);
const place = { person: 'mika', channel: 'music' };
let view = null;
let stopFollowing = () => {};

const names = {
  personName: (id) => view.people.find((person) => person.id === id)?.name ?? null,
  channelName: (id) => view.channels.find((channel) => channel.id === id)?.name ?? null,
  onCommand: (name) => composer.begin(`/${name}`),
};

const list = new MessageList(byId('messages'), byId('announcer'), {
  names,
  personColor: (id) => view.people.find((person) => person.id === id)?.color ?? null,
  onPress: (messageId, customId) => perform({ action: 'press', messageId, customId }),
  onSelect: (messageId, customId, values) => perform({ action: 'select', messageId, customId, values }),
  onDismiss: (messageId) => perform({ action: 'dismiss', messageId }),
});

const composer = new Composer(byId('composer'), {
  view: () => view,
  act: (action) => act(place, action),
  onAnswer: showAnswer,
});

async function perform(action) {
  const answer = await act(place, action);
  if (answer.error) list.note(sentence(answer.error));
  else showAnswer(answer);
}

function showAnswer(answer) {
  if (answer.kind === 'timeout')
    list.note(view.botOnline ? 'Riff did not respond in time.' : 'Riff is not connected.');
  if (answer.kind !== 'modal') return;
  openModal(answer.modal, async (values) => {
    const submitted = await act(place, { action: 'submit', customId: answer.modal.customId, values });
    if (submitted.error) return sentence(submitted.error);
    showAnswer(submitted);
    return null;
  });
}

function onEvent(event) {
  if (event.kind === 'commands') return refresh();
  if (event.kind === 'presence') {
    view.botOnline = event.online;
    return renderHeader();
  }
  if (event.message.channel_id !== view.channelId) return undefined;
  return event.change === 'deleted' ? list.remove(event.message.id) : list.put(event.message);
}

/** Loads the view anew; draws messages only where the place changed. */
async function refresh(redraw = false) {
  const asked = { ...place };
  const loaded = await loadView(asked);
  // Somebody went on while this was under way: their own view is coming.
  if (asked.person !== place.person || asked.channel !== place.channel) return;
  view = loaded;
  renderSidebar(byId('sidebar'), view, { onChannel: goTo, onPerson: become });
  renderHeader();
  composer.refresh();
  if (redraw) list.show(view.messages, welcome());
}

async function goTo(channel) {
  place.channel = channel;
  closeSidebar();
  await refresh(true);
  composer.input.focus();
}

async function become(person) {
  place.person = person;
  // A DM is between one person and the bot: the same place of somebody else is their own.
  const shown = view.channels.find((channel) => channel.id === view.channelId);
  if (shown?.kind === 'dm') place.channel = 'dm';
  if (shown?.kind === 'group') place.channel = 'music';
  // What only the one before could see must not stand here until the new view is loaded.
  list.clear();
  followAs(person);
  await refresh(true);
  // The sidebar was drawn anew and took the focus along, unless it was in the composer already.
  if (document.activeElement === document.body)
    byId('sidebar').querySelector('input[name="person"]:checked')?.focus();
}

function followAs(person) {
  stopFollowing();
  stopFollowing = follow(person, {
    onEvent,
    onReconnect: () => refresh(true),
    onLost: () => {
      view.botOnline = false;
      renderHeader();
    },
  });
}

function renderHeader() {
  const channel = view.channels.find(({ id }) => id === view.channelId);
  const sign = channel?.kind === 'guild_text' ? '#' : '@';
  const open = el(
    'button',
    {
      type: 'button',
      class: 'icon-button menu-button',
      'aria-label': 'Channels and people',
      onclick: openSidebar,
    },
    icon(ICONS.menu),
  );
  const status = el(
    'span',
    { class: view.botOnline ? 'status online' : 'status' },
    view.botOnline ? 'Riff is online' : 'Riff is offline',
  );
  byId('channel-header').replaceChildren(
    open,
    el(
      'h2',
      { class: 'channel-name' },
      el('span', { class: 'channel-sign', 'aria-hidden': 'true' }, sign),
      channel?.name ?? '',
    ),
    el('span', { class: 'channel-topic' }, channel?.topic ?? ''),
    status,
    themeToggle,
  );
}

function welcome() {
  const channel = view.channels.find(({ id }) => id === view.channelId);
  const examples = EXAMPLES.map((text) =>
    el('button', { type: 'button', class: 'example', onclick: () => composer.begin(text) }, text),
  );
  return el(
    'div',
    { class: 'welcome' },
    el('img', { src: '/avatars/900000000000000001.svg', alt: '', width: 56, height: 56 }),
    el('h3', {}, channel?.kind === 'guild_text' ? `This is #${channel.name}` : `This is ${channel?.name}`),
    el(
      'p',
      {},
      'A Discord of your own: it runs on this machine and nothing leaves it. Type / for the commands, or try one of these.',
    ),
    el('div', { class: 'examples' }, ...examples),
  );
}

function openSidebar() {
  document.body.classList.add('sidebar-open');
  byId('scrim').hidden = false;
  byId('sidebar').querySelector('[aria-current]')?.focus();
}

function closeSidebar() {
  document.body.classList.remove('sidebar-open');
  byId('scrim').hidden = true;
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const themeToggle = createThemeToggle();
byId('scrim').addEventListener('click', closeSidebar);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closeSidebar();
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing && event.key === '/' && document.activeElement === document.body) composer.input.focus();
});

themeComponents();
await refresh(true);
followAs(place.person);
startTicking();
composer.input.focus();
