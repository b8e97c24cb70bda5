import { el, ICONS, icon } from './dom.js';

/**
 * Shows a form of the bot over the page. Escape and Cancel close it without sending anything, as in Discord.
 * @param {any} modal
 * @param {(values: Record<string, string>) => Promise<string | null>} onSubmit resolves with what is wrong, or null
 */
export function openModal(modal, onSubmit) {
  const problem = el('p', { class: 'problem', role: 'alert', hidden: true });
  const send = el('button', { type: 'submit', class: 'button button-primary' }, 'Submit');
  const dialog = el('dialog', { class: 'modal', 'aria-labelledby': 'modal-title' });
  const close = () => dialog.close();
  const fields = modal.fields.map(renderField);
  const form = el(
    'form',
    { method: 'dialog' },
    el(
      'header',
      {},
      el('h2', { id: 'modal-title' }, modal.title),
      el(
        'button',
        { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: close },
        icon(ICONS.close),
      ),
    ),
    ...fields,
    problem,
    el(
      'footer',
      {},
      el('button', { type: 'button', class: 'button button-secondary', onclick: close }, 'Cancel'),
      send,
    ),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    send.disabled = true;
    const wrong = await onSubmit(Object.fromEntries(new FormData(form)));
    send.disabled = false;
    problem.hidden = wrong === null;
    problem.textContent = wrong ?? '';
    if (wrong === null) dialog.close();
  });
  dialog.append(form);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  form.querySelector('input, textarea')?.focus();
}

function renderField(field) {
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
  return el(
    'label',
    { class: 'modal-field' },
    el(
      'span',
      {},
      field.label,
      field.required ? el('span', { class: 'required', 'aria-hidden': 'true' }, ' *') : null,
    ),
    field.description ? el('small', {}, field.description) : null,
    input,
  );
}
