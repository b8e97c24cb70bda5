import { el, problemLine } from './dom.js';
import { chooseFiles } from './file-chooser.js';
import { renderMarkdown } from './markdown.js';
import { SelectMenu } from './select-menu.js';
import { UploadTray } from './upload-tray.js';

/**
 * A part of a form. `read` returns the value to send; it is null for a text without an input.
 * @typedef {{ id: string, element: HTMLElement, read: (() => unknown) | null }} Field
 */

/**
 * @param {any} field as the server describes it
 * @param {{ view: any, upload: (file: File) => Promise<any> }} context
 * @returns {Field}
 */
export function renderField(field, context) {
  switch (field.kind) {
    case 'note':
      return { id: '', element: el('div', { class: 'modal-note' }, noteText(field.content)), read: null };
    case 'text':
      return textField(field);
    case 'menu':
      return menuField(field, context);
    case 'files':
      return filesField(field, context);
    case 'box':
      return boxField(field);
    default:
      return choiceField(field);
  }
}

const NO_NAMES = { userName: () => null, roleName: () => null, channelName: () => null, onCommand: () => {} };
const noteText = (content) => renderMarkdown(content, NO_NAMES);

function textField(field) {
  const input = el(field.long ? 'textarea' : 'input', {
    name: field.id,
    required: field.required,
    placeholder: field.placeholder,
    maxLength: field.maxLength,
    ...(field.minLength > 0 ? { minLength: field.minLength } : {}),
    ...(field.long ? { rows: 4 } : { type: 'text' }),
    autocomplete: 'off',
  });
  input.value = field.value;
  const element = el('label', { class: 'modal-field' }, ...headOf(field), input);
  return { id: field.id, element, read: () => input.value };
}

function menuField(field, { view }) {
  const menu = new SelectMenu(field.menu, { view, label: field.label });
  // An optional menu may be emptied again.
  if (!field.required) menu.min = 0;
  const element = el('div', { class: 'modal-field' }, ...headOf(field), menu.element);
  return { id: field.id, element, read: () => menu.values };
}

function filesField(field, { upload }) {
  const problem = problemLine();
  const tray = new UploadTray({
    upload,
    onProblem: problem.say,
    onRemoved: () => button.focus(),
  });
  const choose = async () => {
    problem.say(null);
    const files = await chooseFiles({ accept: field.accept, multiple: field.max > 1 });
    for (const file of files) tray.add(file);
    button.focus();
  };
  const attributes = { type: 'button', class: 'button button-secondary', onclick: choose };
  const text = field.max > 1 ? 'Choose files' : 'Choose a file';
  const button = el('button', { ...attributes, 'aria-label': `${field.label}: ${text}` }, text);
  const element = el(
    'div',
    { class: 'modal-field' },
    ...headOf(field),
    tray.element,
    button,
    problem.element,
  );
  return { id: field.id, element, read: () => tray.ids() };
}

function boxField(field) {
  const box = el('input', { type: 'checkbox', checked: field.ticked });
  const text = el('span', {}, field.label, field.description && el('small', {}, field.description));
  const element = el('div', { class: 'modal-field' }, el('label', { class: 'modal-choice' }, box, text));
  return { id: field.id, element, read: () => box.checked };
}

/** A group of radio buttons or checkboxes. */
function choiceField(field) {
  const isOne = field.kind === 'radios';
  const inputs = field.options.map(({ value, default: chosen }) =>
    el('input', { type: isOne ? 'radio' : 'checkbox', name: field.id, value, checked: chosen }),
  );
  const rows = field.options.map(({ label, description }, at) => {
    const text = el('span', {}, label, description && el('small', {}, description));
    return el('label', { class: 'modal-choice' }, inputs[at], text);
  });
  const [name, ...rest] = headOf(field);
  const element = el('fieldset', { class: 'modal-field' }, el('legend', {}, name), ...rest, ...rows);
  const chosen = () => inputs.filter(({ checked }) => checked).map(({ value }) => value);
  return { id: field.id, element, read: () => (isOne ? (chosen()[0] ?? '') : chosen()) };
}

function headOf({ label, description, required }) {
  const mark = required && el('span', { class: 'required', 'aria-hidden': 'true' }, ' *');
  return [el('span', {}, label, mark), description ? el('small', {}, description) : null];
}
