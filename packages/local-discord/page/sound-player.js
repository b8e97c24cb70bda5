import { el, ICONS, icon } from './dom.js';

/**
 * Plays a sound with one button and one slider: the browser's own controls cost the keyboard six stops each.
 * @param {{ url: string, filename: string }} attachment
 */
export function renderSoundPlayer({ url, filename }) {
  const audio = el('audio', { src: url, preload: 'metadata' });
  const button = el('button', { type: 'button', class: 'icon-button play-button' });
  const position = el('input', {
    type: 'range',
    class: 'sound-position',
    min: 0,
    max: 0,
    step: 0.01,
    'aria-label': `Position in ${filename}`,
  });
  position.value = 0;
  const time = el('span', { class: 'sound-time' });
  const draw = () => {
    const length = Number.isFinite(audio.duration) ? audio.duration : 0;
    position.max = length;
    position.value = audio.currentTime;
    position.style.setProperty('--played', `${length === 0 ? 0 : (100 * audio.currentTime) / length}%`);
    position.setAttribute('aria-valuetext', `${clock(audio.currentTime)} of ${clock(length)}`);
    time.textContent = `${clock(audio.currentTime)} / ${clock(length)}`;
  };
  const drawButton = () => {
    button.replaceChildren(icon(audio.paused ? ICONS.play : ICONS.pause));
    button.setAttribute('aria-label', `${audio.paused ? 'Play' : 'Pause'} ${filename}`);
  };
  button.addEventListener('click', () => (audio.paused ? playAlone(audio) : audio.pause()));
  position.addEventListener('input', () => {
    audio.currentTime = Number(position.value);
  });
  for (const event of ['loadedmetadata', 'timeupdate', 'seeked', 'ended'])
    audio.addEventListener(event, draw);
  for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, drawButton);
  draw();
  drawButton();
  return el('div', { class: 'sound-player' }, audio, button, position, time);
}

/** One sound at a time. */
function playAlone(audio) {
  for (const other of document.querySelectorAll('audio')) if (other !== audio) other.pause();
  // Refused where the file is gone; the player then stays as it is.
  audio.play().catch(() => {});
}

function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
