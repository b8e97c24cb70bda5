import { el, ICONS, icon } from '../dom.js';
import { callablesOf, matchingCallables, parseLine, readValues } from './command-draft.js';
import { CommandLine } from './command-line.js';
import { COMBOBOX, SuggestionList } from './suggestion-list.js';

/**
 * @typedef {{
 *   view: () => any,
 *   act: (action: Record<string, unknown>) => Promise<any>,
 *   onAnswer: (answer: any) => void,
 * }} ComposerContext
 */

/** Where people type: plain text, and after a slash a command with its options. */
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
    this.input = el('input', {
      class: 'plain-input',
      'aria-label': 'Message, or / for a command',
      autocomplete: 'off',
      enterKeyHint: 'send',
      ...COMBOBOX,
    });
    this.input.addEventListener('input', () => this.onInput());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.sendButton = el(
      'button',
      { type: 'button', class: 'icon-button send-button', 'aria-label': 'Send', onclick: () => this.send() },
      icon(ICONS.send),
    );
    this.slot = el('div', { class: 'composer-slot' }, this.input);
    this.problem = el('p', { class: 'problem', role: 'alert', hidden: true });
    root.append(
      this.suggestions.element,
      el('div', { class: 'composer-box' }, this.slot, this.sendButton),
      this.problem,
    );
    root.addEventListener('focusout', ({ relatedTarget }) => {
      if (!root.contains(relatedTarget)) this.suggestions.close();
    });
  }

  get callables() {
    return callablesOf(this.context.view().commands);
  }

  /** After another channel or person was chosen, or the commands changed. */
  refresh() {
    const view = this.context.view();
    const channel = view.channels.find(({ id }) => id === view.channelId);
    this.input.placeholder = `Message ${channel?.kind === 'guild_text' ? '#' : ''}${channel?.name ?? ''}, or / for commands`;
    if (this.line && !this.callables.some(({ name }) => name === this.line.callable.name))
      this.leaveCommand('');
    // What was proposed came from the view before.
    else if (!this.line && this.suggestions.isOpen) this.onInput();
  }

  /**
   * Starts a command for somebody: from a mention or an example.
   * @param {string} text `/riff prompt:jazz piano`
   */
  begin(text) {
    this.leaveCommand(text.includes(' ') ? text : `${text} `);
    this.onInput();
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
      label: `/${callable.name}`,
      detail: callable.description,
      pick: () => this.enterCommand(callable, { head: '', pairs: [] }),
    }));
    const heading = rows.length > 0 ? ['Commands'] : ['No command fits; the bot may still be starting'];
    this.suggestions.show(this.input, { heading, rows, activate: true });
  }

  enterCommand(callable, parsed) {
    this.suggestions.close();
    this.line = new CommandLine(callable, {
      view: this.context.view,
      suggestions: this.suggestions,
      autocomplete: (options, focused) => this.autocomplete(callable, options, focused),
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
    if (suggestions.hasActive && (event.key === 'Enter' || event.key === 'Tab')) suggestions.pickActive();
    else if (event.key === 'Enter') this.send();
    else if (suggestions.isOpen && event.key === 'ArrowDown') suggestions.move(1);
    else if (suggestions.isOpen && event.key === 'ArrowUp') suggestions.move(-1);
    else if (suggestions.isOpen && event.key === 'Escape') suggestions.close();
    else return;
    event.preventDefault();
  }

  async send() {
    if (!this.line) this.enterTypedCommand();
    const action = this.line ? this.commandAction() : this.plainAction();
    if (!action || this.sending) return;
    this.sending = true;
    this.slot.setAttribute('aria-busy', 'true');
    const answer = await this.context.act(action);
    this.sending = false;
    this.slot.removeAttribute('aria-busy');
    if (answer.error) return this.showProblem(answer.error);
    this.leaveCommand('');
    this.context.onAnswer(answer);
    return undefined;
  }

  /** A name typed to its end is the command, also when none of the proposals was picked. */
  enterTypedCommand() {
    const parsed = parseLine(`${this.input.value.trim()} `, this.callables);
    if (parsed) this.enterCommand(parsed.callable, parsed);
  }

  plainAction() {
    const content = this.input.value.trim();
    if (content === '') return null;
    if (content.startsWith('/')) {
      this.showProblem(`there is no command ${content.split(' ')[0]} here`);
      return null;
    }
    return { action: 'say', content };
  }

  commandAction() {
    const { callable, texts } = this.line;
    const read = readValues(callable, texts, this.context.view());
    if ('problem' in read) {
      this.line.focusField(read.option);
      this.showProblem(read.problem);
      return null;
    }
    return { action: 'command', name: callable.name, options: read.values };
  }

  /** @param {string | null} text */
  showProblem(text) {
    this.problem.hidden = text === null;
    this.problem.textContent = text ?? '';
  }
}
