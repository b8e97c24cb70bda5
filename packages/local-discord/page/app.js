import { sizeText } from './attachments.js';
import { shownChannel } from './channels.js';
import { COMMAND_TYPES } from './command-draft.js';
import { Composer } from './composer.js';
import { openContextMenu, placeOf } from './context-menu.js';
import { takeFilesFrom } from './file-chooser.js';
import { renderHeader, renderWelcome } from './header.js';
import { MessageList } from './message-list.js';
import { openModal } from './modal.js';
import { markRead } from './read-marks.js';
import { act, follow, loadView, upload } from './server.js';
import { markUnread, renderSidebar } from './sidebar.js';
import { createThemeToggle } from './theme-toggle.js';
import { startTicking, writeTimesIn } from './timestamps.js';

const byId = (id) => document.getElementById(id);
/** Kept in the address, so that a reload comes back here. */
const selection = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
let view = null;
let stopFollowing = () => {};

const nameIn = (list, id) => list.find((entry) => entry.id === id)?.name ?? null;
const names = {
  userName: (id) => nameIn(view.users, id),
  roleName: (id) => nameIn(view.roles, id),
  channelName: (id) => nameIn(view.channels, id),
  onCommand: (name) => composer.begin(`/${name}`),
};

const list = new MessageList(byId('messages'), byId('announcer'), {
  names,
  view: () => view,
  userColor: (id) => view.users.find((user) => user.id === id)?.color ?? null,
  onPress: (messageId, customId) => perform({ action: 'press', messageId, customId }),
  onSelect: (messageId, customId, values) => perform({ action: 'select', messageId, customId, values }),
  onDismiss: (messageId) => perform({ action: 'dismiss', messageId }),
  onMessageMenu: (message, event) => openApps(event, COMMAND_TYPES.message, { message }),
  onUserMenu: openUserApps,
});

const composer = new Composer(byId('composer'), {
  view: () => view,
  act: (action) => act(selection, action),
  upload: uploadFile,
  onSent: () => list.jumpToEnd(),
  onAnswer: showAnswer,
});

/** Refuses a file that is too large before it is sent. */
async function uploadFile(file) {
  const limit = view.fileLimitBytes;
  if (file.size > limit)
    return { error: `${file.name} has ${sizeText(file.size)}; a file may have ${sizeText(limit)} here` };
  return upload(selection, file);
}

async function perform(action) {
  const answer = await act(selection, action);
  if (answer.error) list.note(sentence(answer.error));
  else showAnswer(answer);
}

function openUserApps(user, event) {
  openApps(event, COMMAND_TYPES.user, { user });
}

/** Opens the menu of commands for a message or a user at the place of the click. */
function openApps(event, type, on) {
  event.preventDefault();
  event.stopPropagation();
  const commands = view.commands.filter((command) => command.type === type);
  const what = type === COMMAND_TYPES.message ? 'messages' : 'users';
  openContextMenu(placeOf(event), {
    title: 'Apps',
    empty: `${view.application.name} has no command for ${what} here`,
    items: commands.map(({ name, label }) => ({ label, act: () => perform({ action: 'menu', name, on }) })),
  });
}

function showAnswer(answer) {
  const { name } = view.application;
  if (answer.kind === 'timeout')
    list.note(view.botOnline ? `${name} did not respond in time.` : `${name} is not connected.`);
  if (answer.kind !== 'modal') return;
  openModal(answer.modal, {
    view,
    upload: uploadFile,
    onSubmit: async (values) => {
      const submitted = await act(selection, { action: 'submit', customId: answer.modal.customId, values });
      if (submitted.error) return sentence(submitted.error);
      showAnswer(submitted);
      return null;
    },
  });
}

function onEvent(event) {
  if (event.kind === 'commands') return refresh();
  if (event.kind === 'presence') return drawPresence(event.online);
  const { change, message } = event;
  const channel = view.channels.find(({ id }) => id === message.channel_id);
  if (change === 'created' && channel && message.author.id !== view.me) channel.lastMessageId = message.id;
  drawUnread();
  if (channel?.id !== view.channelId) return undefined;
  return change === 'deleted' ? list.remove(message.id) : list.put(message);
}

function drawPresence(online) {
  view.botOnline = online;
  drawHeader();
}

/** Loads the view again; redraws the messages only if the selection changed. */
async function refresh(redraw = false) {
  const asked = { ...selection };
  const loaded = await loadView(asked);
  // Another user or channel was chosen meanwhile; its view is being loaded.
  if (asked.user !== selection.user || asked.channel !== selection.channel) return;
  if (loaded === null && asked.user === undefined) throw new Error('the local Discord has no users');
  if (loaded === null) return goHome();
  view = loaded;
  writeTimesIn(view.locale);
  selection.user = view.me;
  selection.channel = view.channelId;
  history.replaceState(null, '', `#${new URLSearchParams(selection)}`);
  document.title = `${view.application.name} · local Discord`;
  byId('icon').href = `/avatars/${view.application.id}.svg`;
  drawSidebar();
  drawHeader();
  composer.refresh();
  if (redraw)
    list.show(
      view.messages,
      renderWelcome(view, (text) => composer.begin(text)),
    );
}

/** For an address that names no user or channel: goes to the first channel of the first user. */
function goHome() {
  delete selection.user;
  delete selection.channel;
  return refresh(true);
}

function drawSidebar() {
  renderSidebar(byId('sidebar'), view, {
    onChannel: goTo,
    onUser: become,
    onUserMenu: openUserApps,
    onLocale: (locale) => perform({ action: 'locale', locale }).then(() => refresh()),
  });
  drawUnread();
}

/** Marks the shown messages as read. */
function drawUnread() {
  markRead(view.me, shownChannel(view));
  markUnread(byId('sidebar'), view);
}

function drawHeader() {
  renderHeader(byId('channel-header'), view, { onMenu: openSidebar, themeToggle });
}

async function goTo(channel) {
  selection.channel = channel;
  closeSidebar();
  await refresh(true);
  composer.input.focus();
}

async function become(user) {
  const { kind } = shownChannel(view);
  selection.user = user;
  // A DM belongs to one user; the new user has another one.
  if (kind === 'dm') selection.channel = 'dm';
  if (kind === 'group') delete selection.channel;
  // The previous user's private answers must not stay visible until the new view is loaded.
  list.clear();
  followAs(user);
  await refresh(true);
  // Redrawing the sidebar dropped the focus, unless it was in the composer.
  if (document.activeElement === document.body)
    byId('sidebar').querySelector('input[name="user"]:checked')?.focus();
}

function followAs(user) {
  stopFollowing();
  stopFollowing = follow(user, {
    onEvent,
    onReconnect: () => refresh(true),
    onLost: () => drawPresence(false),
  });
}

function openSidebar() {
  document.body.classList.add('sidebar-open');
  byId('scrim').hidden = false;
  byId('sidebar').querySelector('[aria-current]')?.focus();
}

function closeSidebar() {
  if (byId('scrim').hidden) return;
  document.body.classList.remove('sidebar-open');
  byId('scrim').hidden = true;
  byId('channel-header').querySelector('.menu-button')?.focus();
}

const sentence = (text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const themeToggle = createThemeToggle();
takeFilesFrom(document.querySelector('main'), (files) => composer.takeFiles(files));
byId('scrim').addEventListener('click', closeSidebar);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closeSidebar();
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing && event.key === '/' && document.activeElement === document.body) composer.input.focus();
});

await refresh(true);
followAs(selection.user);
startTicking();
composer.input.focus();
