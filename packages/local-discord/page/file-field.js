import { sizeText } from './attachments.js';
import { CommandField } from './command-field.js';
import { el } from './dom.js';
import { chooseFiles } from './file-chooser.js';

/** The field of an option that takes a file: a button that opens the chooser. */
export class FileField extends CommandField {
  /** @type {any} the file as the server knows it */
  uploaded = null;
  /** @type {string | null} why the latest file was not taken */
  refusal = null;
  pending = Promise.resolve();
  /** @type {File | null} */
  file = null;

  /**
   * @param {any} option
   * @param {import('./command-field.js').FieldContext} context
   */
  constructor(option, context) {
    super(option, context, el('button', { type: 'button', class: 'chip-input chip-file' }));
    this.input.addEventListener('click', () => this.choose());
    this.element = el(
      'div',
      { class: 'chip' },
      el('span', { class: 'chip-name', 'aria-hidden': 'true' }, option.label),
      this.input,
    );
    this.draw();
  }

  get text() {
    return this.file?.name ?? '';
  }

  /** Accepts only an empty text, which clears the field: a name alone is not a file. */
  set text(_) {
    this.take(null);
  }

  get value() {
    return this.uploaded?.id ?? null;
  }

  get problem() {
    return this.refusal ?? super.problem;
  }

  /** Resolves when the file is uploaded. */
  settle() {
    return this.pending;
  }

  suggest() {
    this.show([], -1);
  }

  async choose() {
    const [file] = await chooseFiles({ accept: this.option.file_types });
    if (!file) return this.input.focus();
    this.take(file);
    return this.context.onPicked();
  }

  /** @param {File | null} file */
  take(file) {
    this.file = file;
    this.uploaded = null;
    this.refusal = null;
    this.draw();
    if (file) this.pending = this.upload(file);
  }

  async upload(file) {
    const answer = await this.context.upload(file);
    if (this.file !== file) return;
    if (answer.error) {
      this.file = null;
      this.refusal = answer.error;
      this.context.onProblem(answer.error);
    } else this.uploaded = answer;
    this.draw();
  }

  draw() {
    const { option, file, uploaded } = this;
    const state = file ? `${file.name}, ${sizeText(file.size)}` : 'Choose a file';
    this.input.textContent = file ? `${file.name} · ${sizeText(file.size)}` : 'Choose a file';
    this.input.setAttribute('aria-label', `${option.label}: ${option.description}. ${state}`);
    this.input.classList.toggle('empty', !file);
    this.input.setAttribute('aria-busy', String(file !== null && uploaded === null));
  }

  /** Enter and the space bar open the chooser while there is no file; afterwards Enter sends. */
  onKey(event) {
    const opens = event.key === ' ' || (event.key === 'Enter' && !this.file);
    if (opens) return;
    if (event.key === 'Backspace' && this.file) {
      this.take(null);
      event.preventDefault();
      return;
    }
    super.onKey(event);
  }
}
