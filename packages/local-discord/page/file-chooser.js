import { el } from './dom.js';

/**
 * Opens the browser's chooser; resolves with the files, none where it was left without one.
 * @param {{ accept?: string[], multiple?: boolean }} options accept: `audio`, `.wav`, as Discord writes them
 * @returns {Promise<File[]>}
 */
export function chooseFiles({ accept = [], multiple = false }) {
  const types = (accept ?? []).map((type) => (/^[a-z]+$/.test(type) ? `${type}/*` : type));
  const input = /** @type {HTMLInputElement} */ (
    el('input', { type: 'file', multiple, accept: types.join(','), class: 'file-chooser' })
  );
  document.body.append(input);
  return new Promise((resolve) => {
    const end = () => {
      resolve([...(input.files ?? [])]);
      input.remove();
    };
    input.addEventListener('change', end);
    input.addEventListener('cancel', end);
    input.click();
  });
}

/**
 * Files that are dropped on the page or pasted into it.
 * @param {HTMLElement} root is marked with the class `dropping` while files are held over it
 * @param {(files: File[]) => void} onFiles
 */
export function takeFilesFrom(root, onFiles) {
  const hasFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes('Files');
  const mark = (on) => root.classList.toggle('dropping', on);
  root.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  root.addEventListener('dragleave', (event) => {
    if (!root.contains(/** @type {Node | null} */ (event.relatedTarget))) mark(false);
  });
  root.addEventListener('drop', (event) => {
    mark(false);
    if (!hasFiles(event)) return;
    event.preventDefault();
    onFiles([...event.dataTransfer.files]);
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const isElsewhere = document.querySelector('dialog[open]') !== null;
    if (files.length === 0 || isElsewhere) return;
    event.preventDefault();
    onFiles(files);
  });
}
