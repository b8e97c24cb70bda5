import { el, ICONS, icon } from '../dom.js';
import { renderAttachments } from './attachments.js';
import { renderComponents } from './components.js';
import { renderEmbed } from './embed.js';
import { renderMarkdown } from './markdown.js';
import { messageTime } from './timestamps.js';

const FLAGS = { ephemeral: 1 << 6, loading: 1 << 7 };

/**
 * @typedef {{
 *   names: import('./markdown.js').Names,
 *   personColor: (id: string) => string | null,
 *   onPress: (messageId: string, customId: string) => void,
 *   onSelect: (messageId: string, customId: string, values: string[]) => void,
 *   onDismiss: (messageId: string) => void,
 * }} CardContext
 */

/** One message. Parts that an edit leaves alone are not drawn again, so a sound goes on playing. */
export class MessageCard {
  /**
   * @param {any} message
   * @param {CardContext} context
   */
  constructor(message, context) {
    this.context = context;
    this.drawn = new Map();
    this.card = el('discord-message', {
      author: message.author.global_name,
      bot: message.author.bot ?? false,
    });
    this.card.avatar = `/avatars/${message.author.id}.svg`;
    this.card.timestamp = messageTime(message.timestamp);
    this.card.roleColor = nameColor(context.personColor(message.author.id));
    this.element = el('article', { class: 'message', dataset: { messageId: message.id } }, this.card);
    this.update(message);
  }

  /** @param {any} message */
  update(message) {
    const { context } = this;
    const { id, flags, interaction, content, embeds, attachments, components } = message;
    // Progress is an edit too; the mark only says that words were changed afterwards.
    this.card.edited = message.edited_timestamp !== null && content !== '' && embeds.length === 0;
    this.element.classList.toggle('ephemeral', (flags & FLAGS.ephemeral) !== 0);
    this.element.setAttribute(
      'aria-label',
      `${message.author.global_name}, ${messageTime(message.timestamp)}`,
    );
    this.draw('reply', interaction, () => (interaction ? commandLine(interaction) : null));
    this.draw('content', [content, flags], () => this.contentOf(message));
    this.draw('attachments', attachments, () => (attachments.length ? renderAttachments(attachments) : null));
    this.draw('embeds', embeds, () => wrapEmbeds(embeds, context.names));
    this.draw('components', components, () =>
      components.length
        ? renderComponents(components, {
            onPress: (customId) => context.onPress(id, customId),
            onSelect: (customId, values) => context.onSelect(id, customId, values),
          })
        : null,
    );
    this.draw('private', flags & FLAGS.ephemeral, () =>
      flags & FLAGS.ephemeral ? privateNote(() => context.onDismiss(id)) : null,
    );
  }

  contentOf({ content, flags, author }) {
    if (flags & FLAGS.loading && !content) {
      const dots = el('span', { class: 'thinking-dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
      return el('span', { class: 'thinking' }, dots, `${author.global_name} is thinking…`);
    }
    return content ? el('span', { class: 'content' }, renderMarkdown(content, this.context.names)) : null;
  }

  /** Replaces a part when what it shows has changed. */
  draw(part, source, make) {
    const key = JSON.stringify(source ?? null);
    const before = this.drawn.get(part);
    if (before?.key === key) return;
    const node = make();
    before?.node?.remove();
    if (node) this.card.append(node);
    this.drawn.set(part, { key, node });
  }
}

/** A role's colour, drawn towards the text's so that it can be read in both looks. */
function nameColor(color) {
  return color ? `color-mix(in oklab, ${color} 75%, var(--text-strong))` : 'var(--text-strong)';
}

function wrapEmbeds(embeds, names) {
  if (embeds.length === 0) return null;
  return el('div', { slot: 'embeds' }, ...embeds.map((embed) => renderEmbed(embed, names)));
}

function commandLine({ user, name }) {
  const line = el('discord-command', {
    slot: 'reply',
    author: user.global_name,
    command: name,
    type: 'slash_command',
  });
  line.avatar = `/avatars/${user.id}.svg`;
  return line;
}

function privateNote(onDismiss) {
  return el(
    'div',
    { slot: 'thread', class: 'private-note' },
    icon(ICONS.eye),
    'Only you can see this · ',
    el('button', { type: 'button', class: 'text-button', onclick: onDismiss }, 'Dismiss message'),
  );
}
