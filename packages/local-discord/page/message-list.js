import { el } from './dom.js';
import { MessageCard } from './message-card.js';

/** Within this many pixels from the end, the list scrolls along with new messages. */
const NEAR_END_PX = 120;
/** Shortest time between two edits of a message that are read aloud, so that progress does not drown everything else. */
const ANNOUNCE_EDIT_MS = 5000;

/** The messages of a channel, updated by the server's events. */
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
    /** @type {Map<string, number>} when the latest edit of a message was read aloud */
    this.announcedAt = new Map();
    this.jumpBar.addEventListener('click', () => this.jumpToEnd());
    root.after(this.jumpBar);
    // Pictures and fonts change heights when they have loaded.
    new ResizeObserver(() => this.atEnd && this.jumpToEnd()).observe(this.inner);
    root.addEventListener('scroll', () => this.onScroll());
  }

  inner = el('div', { class: 'messages-inner' });
  jumpBar = el('button', { type: 'button', class: 'jump-bar', hidden: true });
  atEnd = true;
  lastTop = 0;
  missed = 0;

  /**
   * Redraws a channel.
   * @param {any[]} messages
   * @param {HTMLElement} welcome shown before the first message
   */
  show(messages, welcome) {
    this.clear();
    this.inner.append(welcome);
    if (!this.inner.isConnected) this.root.append(this.inner);
    for (const message of messages) this.add(message);
    // Emptying the list scrolled it to its top; the user did not scroll.
    this.lastTop = 0;
    this.jumpToEnd();
  }

  clear() {
    this.cards.clear();
    this.announcedAt.clear();
    this.inner.replaceChildren();
  }

  /** @param {any} message */
  put(message) {
    const card = this.cards.get(message.id);
    if (card) {
      const before = card.summary;
      card.update(message);
      if (card.summary !== before) this.announceEdit(message, card.summary);
    } else {
      this.announce(this.add(message).summary);
      if (!this.atEnd) this.missed += 1;
    }
    if (this.atEnd) this.jumpToEnd();
    else this.drawJumpBar();
  }

  /** @param {string} id */
  remove(id) {
    this.cards.get(id)?.element.remove();
    this.cards.delete(id);
    this.announcedAt.delete(id);
  }

  /** A line that exists on this screen only. */
  note(text) {
    const dismiss = el('button', { type: 'button', class: 'text-button' }, 'Dismiss');
    const line = el('div', { class: 'note', role: 'alert' }, text, ' ', dismiss);
    dismiss.addEventListener('click', () => line.remove());
    this.inner.append(line);
    this.jumpToEnd();
  }

  add(message) {
    const card = new MessageCard(message, this.context);
    this.cards.set(message.id, card);
    this.inner.append(card.element);
    return card;
  }

  announceEdit({ id, attachments }, summary) {
    const now = Date.now();
    const recently = now - (this.announcedAt.get(id) ?? 0) < ANNOUNCE_EDIT_MS;
    if (recently && attachments.length === 0) return;
    this.announcedAt.set(id, now);
    this.announce(summary);
  }

  announce(text) {
    this.announcer.textContent = text;
  }

  /** Only scrolling up leaves the end: content that grows below moves the end away, too. */
  onScroll() {
    const { scrollTop } = this.root;
    if (scrollTop < this.lastTop || this.isNearEnd()) this.atEnd = this.isNearEnd();
    this.lastTop = scrollTop;
    this.drawJumpBar();
  }

  isNearEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    return scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  }

  /** Scrolls to the latest message. */
  jumpToEnd() {
    this.atEnd = true;
    this.root.scrollTop = this.root.scrollHeight;
    this.drawJumpBar();
  }

  drawJumpBar() {
    if (this.atEnd) this.missed = 0;
    this.jumpBar.hidden = this.atEnd;
    const news = this.missed === 1 ? '1 new message' : `${this.missed} new messages`;
    this.jumpBar.textContent = this.missed > 0 ? `${news} · Jump to present` : 'Jump to present';
  }
}
