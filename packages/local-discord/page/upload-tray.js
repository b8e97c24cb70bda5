import { sizeText } from './attachments.js';
import { el, ICONS, icon, iconButton } from './dom.js';

/** Discord's own limit for a message. */
const MAX_FILES = 10;

/**
 * Files above the composer that go with the next message; each is uploaded as soon as it is there.
 * @typedef {{ file: File, uploaded: Promise<any>, element: HTMLElement }} Waiting
 */
export class UploadTray {
  /** @type {Waiting[]} */
  waiting = [];
  element = el('ul', { class: 'upload-tray', 'aria-label': 'Files of your message', hidden: true });

  /**
   * @param {{
   *   upload: (file: File) => Promise<any>,
   *   onProblem: (text: string) => void,
   *   onRemoved: () => void,
   * }} context
   */
  constructor(context) {
    this.context = context;
  }

  get isEmpty() {
    return this.waiting.length === 0;
  }

  /** @param {File} file */
  add(file) {
    if (this.waiting.length >= MAX_FILES)
      return this.context.onProblem(`at most ${MAX_FILES} files in a message`);
    const entry = { file, uploaded: this.context.upload(file), element: this.renderFile(file) };
    this.waiting.push(entry);
    this.element.append(entry.element);
    this.element.hidden = false;
    return entry.uploaded.then(({ error }) => {
      entry.element.removeAttribute('aria-busy');
      if (!error) return;
      this.remove(entry.element);
      this.context.onProblem(error);
    });
  }

  /** The ids of the files, once all of them are uploaded. */
  async ids() {
    const uploaded = await Promise.all(this.waiting.map((entry) => entry.uploaded));
    return uploaded.flatMap(({ id }) => id ?? []);
  }

  clear() {
    for (const { element } of [...this.waiting]) this.remove(element);
  }

  remove(element) {
    element.remove();
    this.waiting = this.waiting.filter((entry) => entry.element !== element);
    this.element.hidden = this.isEmpty;
  }

  renderFile({ name, size, type }) {
    const remove = iconButton(ICONS.close, `Remove ${name}`, () => {
      this.remove(item);
      this.context.onRemoved();
    });
    const item = el(
      'li',
      { class: 'upload', 'aria-busy': 'true' },
      icon(type.startsWith('audio/') ? ICONS.sound : ICONS.file),
      el('span', { class: 'file-name' }, name),
      el('span', { class: 'file-size' }, sizeText(size)),
      remove,
    );
    return item;
  }
}
