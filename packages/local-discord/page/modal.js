import { el, ICONS, iconButton, problemLine } from './dom.js';
import { renderField } from './modal-field.js';

/**
 * Shows a form of the bot over the page. Escape and Cancel close it without sending anything, as in Discord.
 * @param {any} modal
 * @param {{
 *   view: any,
 *   upload: (file: File) => Promise<any>,
 *   onSubmit: (values: Record<string, unknown>) => Promise<string | null>,
 * }} context onSubmit resolves with what is wrong, or null
 */
export function openModal(modal, { view, upload, onSubmit }) {
  const problem = problemLine();
  const send = el('button', { type: 'submit', class: 'button button-primary' }, 'Submit');
  const dialog = el('dialog', { class: 'modal', 'aria-labelledby': 'modal-title' });
  const close = () => dialog.close();
  const fields = modal.fields.map((field) => renderField(field, { view, upload }));
  const title = el('h2', { id: 'modal-title' }, modal.title);
  const cancel = el('button', { type: 'button', class: 'button button-secondary', onclick: close }, 'Cancel');
  const form = el(
    'form',
    { method: 'dialog' },
    el('header', {}, title, iconButton(ICONS.close, 'Close', close)),
    ...fields.map(({ element }) => element),
    problem.element,
    el('footer', {}, cancel, send),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    send.disabled = true;
    const wrong = await onSubmit(await readFields(fields));
    send.disabled = false;
    problem.say(wrong);
    if (wrong === null) dialog.close();
  });
  dialog.append(form);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector('.modal-field :is(input, textarea, button)')?.focus();
}

async function readFields(fields) {
  const answered = fields.filter(({ read }) => read !== null);
  return Object.fromEntries(await Promise.all(answered.map(async ({ id, read }) => [id, await read()])));
}
