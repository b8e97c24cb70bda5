import { renderAttachments } from './attachments.js';
import { renderComponents } from './components.js';
import { avatar, el, ICONS, icon, iconButton } from './dom.js';
import { renderEmbed } from './embed.js';
import { plainText, renderMarkdown } from './markdown.js';
import { messageTime } from './timestamps.js';

const FLAGS = { ephemeral: 1 << 6, loading: 1 << 7, voice: 1 << 13 };
/** The parts below the head, from top to bottom. */
const PARTS = ['content', 'attachments', 'embeds', 'components', 'private'];
const SUMMARY_LENGTH = 160;
/** Of an answer to a command that was chosen in a menu. */
const MENU_REPLY = 23;

/**
 * @typedef {{
 *   names: import('./markdown.js').Names,
 *   userColor: (id: string) => string | null,
 *   view: () => any,
 *   onPress: (messageId: string, customId: string) => Promise<void>,
 *   onSelect: (messageId: string, customId: string, values: string[]) => Promise<void>,
 *   onDismiss: (messageId: string) => void,
 *   onMessageMenu: (messageId: string, event: MouseEvent) => void,
 *   onUserMenu: (userId: string, event: MouseEvent) => void,
 * }} CardContext
 */

/** Draws one message. An edit redraws only the parts that it changes, so a sound goes on playing. */
export class MessageCard {
  /**
   * @param {any} message
   * @param {CardContext} context
   */
  constructor(message, context) {
    this.context = context;
    /** @type {Map<string, string>} what each part shows, as JSON */
    this.drawn = new Map();
    this.edited = el('span', { class: 'message-edited', hidden: true }, '(edited)');
    this.parts = new Map(PARTS.map((name) => [name, el('div', { class: `message-${name}` })]));
    this.element = el(
      'article',
      { class: 'message', dataset: { messageId: message.id } },
      message.interaction ? replyLine(message.interaction, message.type) : null,
      avatar(message.author.id, { class: 'message-avatar', ...this.userMenu(message.author) }),
      el('div', { class: 'message-body' }, this.head(message), ...this.parts.values()),
      this.menuButton(message),
    );
    this.element.addEventListener('contextmenu', (event) => this.onMenu(event, message));
    this.update(message);
  }

  /** @param {any} message */
  update(message) {
    const { context } = this;
    const { id, flags, content, embeds, attachments, components } = message;
    const ephemeral = (flags & FLAGS.ephemeral) !== 0;
    // Progress is an edit too; the mark only says that words were changed afterwards.
    this.edited.hidden = message.edited_timestamp === null || content === '' || embeds.length > 0;
    this.element.classList.toggle('ephemeral', ephemeral);
    this.summary = summaryOf(message, context.names);
    this.element.setAttribute('aria-label', `${this.summary}, ${messageTime(message.timestamp)}`);
    this.draw('content', [content, flags], () => this.contentOf(message));
    this.draw('attachments', attachments, () => this.attachmentsOf(message));
    this.draw('embeds', embeds, () => embeds.map((embed) => renderEmbed(embed, context.names)));
    this.draw('components', components, () => this.componentsOf(message));
    this.draw('private', ephemeral, () => ephemeral && privateNote(() => context.onDismiss(id)));
  }

  attachmentsOf({ attachments, flags }) {
    return attachments.length > 0 && renderAttachments(attachments, (flags & FLAGS.voice) !== 0);
  }

  componentsOf({ id, components }) {
    const { context } = this;
    const onPress = (customId) => context.onPress(id, customId);
    const onSelect = (customId, values) => context.onSelect(id, customId, values);
    return components.length > 0 && renderComponents(components, { onPress, onSelect, view: context.view });
  }

  head({ author, timestamp }) {
    const props = {
      type: 'button',
      class: 'message-author',
      'aria-haspopup': 'menu',
      ...this.userMenu(author),
    };
    const name = el('button', props, nameOf(author));
    const color = this.context.userColor(author.id);
    // The role's colour, mixed with the text's so that it is readable in both themes.
    if (color) name.style.color = `color-mix(in oklab, ${color} 75%, var(--text-strong))`;
    return el(
      'header',
      { class: 'message-head' },
      name,
      author.bot ? el('span', { class: 'app-tag' }, 'APP') : null,
      el('time', { class: 'message-time', datetime: timestamp }, messageTime(timestamp)),
      this.edited,
    );
  }

  /** For an element that stands for a user: a click on it, left or right, opens the user's menu. */
  userMenu({ id }) {
    const open = (event) => this.context.onUserMenu(id, event);
    return { dataset: { userId: id }, onclick: open, oncontextmenu: open };
  }

  menuButton({ id, author }) {
    const open = (event) => this.context.onMessageMenu(id, event);
    const name = `Apps for the message of ${nameOf(author)}`;
    return iconButton(ICONS.more, name, open, {
      class: 'message-menu',
      'aria-haspopup': 'menu',
      title: 'Apps',
    });
  }

  /** The browser's own menu stays for links, fields and selected text. */
  onMenu(event, { id }) {
    const isOwn = event.defaultPrevented || event.target.closest('a, input, audio, .component-rows');
    const isPrivate = this.element.classList.contains('ephemeral');
    if (isOwn || isPrivate || String(getSelection()) !== '') return;
    event.preventDefault();
    this.context.onMessageMenu(id, event);
  }

  contentOf({ content, flags, author }) {
    if (flags & FLAGS.loading && !content) {
      const dots = el('span', { class: 'thinking-dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
      return el('span', { class: 'thinking' }, dots, `${author.global_name} is thinking…`);
    }
    return content && el('div', { class: 'content' }, renderMarkdown(content, this.context.names));
  }

  /** Redraws a part when its content has changed. */
  draw(name, source, make) {
    const shown = JSON.stringify(source);
    if (this.drawn.get(name) === shown) return;
    this.drawn.set(name, shown);
    this.parts.get(name).replaceChildren(...[make()].flat().filter(Boolean));
  }
}

/** A message in one line without markup: author, command, text. */
function summaryOf({ author, interaction, type, flags, content, embeds, attachments }, names) {
  const [embed] = embeds;
  const texts = [content, embed?.title, embed?.description]
    .filter(Boolean)
    .map((text) => plainText(text, names));
  const files = flags & FLAGS.voice ? ['voice message'] : attachments.map(({ filename }) => filename);
  const thinking = flags & FLAGS.loading && texts.length === 0 ? ['is thinking'] : [];
  const said = [...thinking, ...texts, ...files].join(', ').slice(0, SUMMARY_LENGTH);
  const reply = interaction ? ` to ${interaction.user.global_name}'s ${commandName(interaction, type)}` : '';
  return `${nameOf(author)}${reply}: ${said}`;
}

const nameOf = (user) => user.global_name ?? user.username;

/** Context menu commands have no slash. */
const commandName = ({ name }, type) => (type === MENU_REPLY ? name : `/${name}`);

function replyLine(interaction, type) {
  const { user } = interaction;
  return el(
    'div',
    { class: 'reply-line' },
    avatar(user.id),
    el('span', { class: 'reply-user' }, user.global_name),
    ' used ',
    el('span', { class: 'reply-command' }, commandName(interaction, type)),
  );
}

function privateNote(onDismiss) {
  return el(
    'div',
    { class: 'private-note' },
    icon(ICONS.eye),
    'Only you can see this · ',
    el('button', { type: 'button', class: 'text-button', onclick: onDismiss }, 'Dismiss message'),
  );
}
