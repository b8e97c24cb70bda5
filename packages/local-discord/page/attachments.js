import { el, ICONS, icon } from './dom.js';
import { renderSoundPlayer, renderVoicePlayer } from './sound-player.js';

/**
 * @param {any[]} attachments
 * @param {boolean} isVoice of a voice message, whose one sound shows its waveform
 */
export function renderAttachments(attachments, isVoice) {
  const group = el('div', { class: 'attachments' });
  group.append(...attachments.map(isVoice ? renderVoicePlayer : renderAttachment));
  return group;
}

function renderAttachment(attachment) {
  const type = attachment.content_type ?? '';
  if (type.startsWith('image/')) return renderPicture(attachment);
  if (type.startsWith('audio/')) return renderSound(attachment);
  return el('div', { class: 'file-card' }, fileLine(attachment));
}

function renderPicture({ url, description, width, height }) {
  const size = width && height ? { width, height } : {};
  return el('img', { class: 'attached-picture', src: url, alt: description ?? '', loading: 'lazy', ...size });
}

function renderSound(attachment) {
  return el('div', { class: 'file-card' }, fileLine(attachment), renderSoundPlayer(attachment));
}

function fileLine({ filename, size, url, content_type }) {
  return el(
    'div',
    { class: 'file-line' },
    icon(content_type?.startsWith('audio/') ? ICONS.sound : ICONS.file),
    el('span', { class: 'file-name' }, filename),
    el('span', { class: 'file-size' }, sizeText(size)),
    el(
      'a',
      { class: 'icon-button', href: url, download: filename, 'aria-label': `Download ${filename}` },
      icon(ICONS.download),
    ),
  );
}

/** @param {number} bytes */
export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
