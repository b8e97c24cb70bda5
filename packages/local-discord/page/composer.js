import { channelTitle, shownChannel } from './channels.js';
import { callablesOf, matchingCallables, parseLine } from './command-draft.js';
import { CommandLine } from './command-line.js';
import { el, ICONS, iconButton, problemLine } from './dom.js';
import { chooseFiles } from './file-chooser.js';
import { COMBOBOX, SuggestionList } from './suggestion-list.js';
import { UploadTray } from './upload-tray.js';

/**
 * @typedef {{
 *   view: () => any,
 *   act: (action: Record<string, unknown>) => Promise<any>,
 *   upload: (file: File) => Promise<any>,
 *   onSent: () => void,
 *   onAnswer: (answer: any) => void,
 * }} ComposerContext
 */

/** On a phone the placeholder has room for the channel's name only. */
const NARROW = matchMedia('(max-width: 720px)');

/** Where users type: plain text, and after a slash a command with its options. */
export class Composer {
  suggestions = new SuggestionList();
  /** @type {CommandLine | null} */
  line = null;

  /**
   * @param {HTMLElement} root
   * @param {ComposerContext} context
   */
  constructor(root, context) {
    this.context = context;
    this.input = this.createInput();
    this.tray = new UploadTray({
      upload: context.upload,
      onProblem: (text) => this.showProblem(text),
      onRemoved: () => this.input.focus(),
    });
    const attachButton = iconButton(ICONS.plus, 'Attach files', () => this.attach());
    const sendButton = iconButton(ICONS.send, 'Send', () => this.send(), { class: 'send-button' });
    this.slot = el('div', { class: 'composer-slot' }, this.input);
    this.problem = problemLine();
    root.append(
      this.suggestions.element,
      this.tray.element,
      el('div', { class: 'composer-box' }, attachButton, this.slot, sendButton),
      this.problem.element,
    );
    root.addEventListener('focusout', ({ relatedTarget }) => {
      if (!root.contains(relatedTarget)) this.suggestions.close();
    });
  }

  createInput() {
    return el('input', {
      class: 'plain-input',
      'aria-label': 'Message, or / for a command',
      autocomplete: 'off',
      enterKeyHint: 'send',
      ...COMBOBOX,
      oninput: () => this.onInput(),
      onkeydown: (event) => this.onKey(event),
    });
  }

  get callables() {
    return callablesOf(this.context.view().commands);
  }

  /** After another channel or user was chosen, or the commands changed. */
  refresh() {
    const view = this.context.view();
    // A user cannot send what another one uploaded.
    if (view.me !== this.me) this.tray.clear();
    this.me = view.me;
    const name = channelTitle(shownChannel(view));
    this.input.placeholder = NARROW.matches ? `Message ${name}` : `Message ${name}, or / for commands`;
    if (this.line && !this.callables.some(({ name }) => name === this.line.callable.name))
      this.leaveCommand('');
    // The suggestions belong to the previous view.
    else if (!this.line && this.suggestions.isOpen) this.onInput();
  }

  /**
   * Starts a command from a mention or an example.
   * @param {string} text `/play prompt:jazz piano`
   */
  begin(text) {
    this.leaveCommand(text.includes(' ') ? text : `${text} `);
    this.onInput();
  }

  async attach() {
    this.takeFiles(await chooseFiles({ multiple: true }));
  }

  /**
   * Files that were chosen, dropped or pasted: for the command that is being typed, else for the next message.
   * @param {File[]} files
   */
  takeFiles(files) {
    if (files.length === 0) return;
    this.showProblem(null);
    const { line } = this;
    for (const file of files) {
      if (!line) this.tray.add(file);
      else if (!line.takeFile(file)) this.showProblem(`/${line.callable.label} takes no further file`);
    }
    if (!line) this.input.focus();
  }

  onInput() {
    this.showProblem(null);
    const text = this.input.value;
    const parsed = parseLine(text, this.callables);
    if (parsed) this.enterCommand(parsed.callable, parsed);
    else if (text.startsWith('/')) this.suggestCommands(text.slice(1));
    else this.suggestions.close();
  }

  suggestCommands(typed) {
    const rows = matchingCallables(this.callables, typed).map((callable) => ({
      label: `/${callable.label}`,
      detail: callable.description,
      pick: () => this.enterCommand(callable, { head: '', pairs: [] }),
    }));
    const heading = rows.length > 0 ? ['Commands'] : [this.noCommandText()];
    this.suggestions.show(this.input, { heading, rows, active: 0 });
  }

  noCommandText() {
    const { botOnline, application } = this.context.view();
    if (this.callables.length > 0) return 'No command fits, or you may not use it here';
    return botOnline ? `${application.name} has no command here` : `${application.name} is not connected yet`;
  }

  enterCommand(callable, parsed) {
    this.suggestions.close();
    this.line = new CommandLine(callable, {
      view: this.context.view,
      suggestions: this.suggestions,
      autocomplete: (options, focused) => this.autocomplete(callable, options, focused),
      upload: this.context.upload,
      onProblem: (text) => this.showProblem(text),
      onSend: () => this.send(),
      onLeave: (text) => this.leaveCommand(text),
    });
    this.input.value = '';
    this.slot.replaceChildren(this.line.element);
    this.line.fill(parsed);
  }

  leaveCommand(text) {
    this.line = null;
    this.suggestions.close();
    this.showProblem(null);
    this.slot.replaceChildren(this.input);
    this.input.value = text;
    this.input.focus();
  }

  async autocomplete(callable, options, focused) {
    const answer = await this.context.act({ action: 'autocomplete', name: callable.name, options, focused });
    return answer.choices ?? [];
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.isComposing) return;
    const { suggestions } = this;
    const row = suggestions.activeRow;
    if (row && (event.key === 'Enter' || (event.key === 'Tab' && !event.shiftKey))) row.pick();
    else if (event.key === 'Enter') this.send();
    else if (suggestions.isOpen && event.key === 'ArrowDown') suggestions.move(1);
    else if (suggestions.isOpen && event.key === 'ArrowUp') suggestions.move(-1);
    else if (suggestions.isOpen && event.key === 'Escape') suggestions.close();
    else return;
    event.preventDefault();
  }

  async send() {
    if (this.sending) return;
    if (!this.line) this.enterTypedCommand();
    this.sending = true;
    this.slot.setAttribute('aria-busy', 'true');
    try {
      await this.sendAction();
    } finally {
      this.slot.removeAttribute('aria-busy');
      this.sending = false;
    }
  }

  async sendAction() {
    const action = this.line ? await this.commandAction(this.line) : await this.plainAction();
    if (!action) return;
    this.context.onSent();
    const answer = await this.context.act(action);
    if (answer.error) return this.showProblem(answer.error);
    if (action.action === 'say') this.tray.clear();
    this.leaveCommand('');
    this.context.onAnswer(answer);
  }

  /** A completely typed name selects the command even if no suggestion was picked. */
  enterTypedCommand() {
    const parsed = parseLine(`${this.input.value.trim()} `, this.callables);
    if (parsed) this.enterCommand(parsed.callable, parsed);
  }

  async plainAction() {
    const content = this.input.value.trim();
    if (content === '' && this.tray.isEmpty) return null;
    if (content.startsWith('/')) {
      this.showProblem(`there is no command ${content.split(' ')[0]} here`);
      return null;
    }
    return { action: 'say', content, uploads: await this.tray.ids() };
  }

  /** @param {CommandLine} line */
  async commandAction(line) {
    const read = await line.read();
    // The user pressed Escape before the bot answered.
    if (this.line !== line) return null;
    if ('values' in read) return { action: 'command', name: line.callable.name, options: read.values };
    line.focusField(read.option);
    this.showProblem(read.problem);
    return null;
  }

  /** @param {string | null} text */
  showProblem(text) {
    this.problem.say(text);
  }
}
