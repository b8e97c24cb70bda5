import { el } from '../dom.js';
import { MessageCard } from './message-card.js';

/** Pixels from the end within which new messages still pull the list along. */
const NEAR_END_PX = 120;

/** The messages of a channel, kept in step with what the server says. */
export class MessageList {
  /**
   * @param {HTMLElement} root
   * @param {HTMLElement} announcer
   * @param {import('./message-card.js').CardContext} context
   */
  constructor(root, announcer, context) {
    this.root = root;
    this.announcer = announcer;
    this.context = context;
    /** @type {Map<string, MessageCard>} */
    this.cards = new Map();
    // Pictures and fonts change heights after the fact.
    new ResizeObserver(() => this.atEnd && this.scrollToEnd()).observe(this.inner);
    root.addEventListener('scroll', () => this.onScroll());
  }

  inner = el('div', { class: 'messages-inner' });
  atEnd = true;
  lastTop = 0;

  /**
   * Draws a channel anew.
   * @param {any[]} messages
   * @param {HTMLElement} welcome stands before the first message
   */
  show(messages, welcome) {
    this.clear();
    this.inner.append(welcome);
    if (!this.inner.isConnected) this.root.append(this.inner);
    for (const message of messages) this.add(message);
    this.atEnd = true;
    // The emptied list jumped to its top; that was nobody's own movement.
    this.lastTop = 0;
    this.scrollToEnd();
  }

  clear() {
    this.cards.clear();
    this.inner.replaceChildren();
  }

  /** @param {any} message */
  put(message) {
    const card = this.cards.get(message.id);
    if (card) {
      const before = card.element.querySelector('audio') !== null;
      card.update(message);
      if (!before && card.element.querySelector('audio'))
        this.announce(`${message.author.global_name} sent a sound`);
    } else {
      this.add(message);
      this.announce(
        `${message.author.global_name}: ${message.content || message.embeds[0]?.title || 'a new message'}`,
      );
    }
    if (this.atEnd) this.scrollToEnd();
  }

  /** @param {string} id */
  remove(id) {
    this.cards.get(id)?.element.remove();
    this.cards.delete(id);
  }

  /** A line that only stands on this screen. */
  note(text) {
    const dismiss = el('button', { type: 'button', class: 'text-button' }, 'Dismiss');
    const line = el('div', { class: 'note', role: 'alert' }, text, ' ', dismiss);
    dismiss.addEventListener('click', () => line.remove());
    this.inner.append(line);
    this.scrollToEnd();
  }

  add(message) {
    const card = new MessageCard(message, this.context);
    this.cards.set(message.id, card);
    this.inner.append(card.element);
  }

  announce(text) {
    this.announcer.textContent = text;
  }

  /** Only a movement upwards is somebody's own: content that grows below also looks like leaving the end. */
  onScroll() {
    const { scrollTop } = this.root;
    if (scrollTop < this.lastTop || this.isNearEnd()) this.atEnd = this.isNearEnd();
    this.lastTop = scrollTop;
  }

  isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  scrollToEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }
}
