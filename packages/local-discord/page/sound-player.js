import { el, ICONS, icon } from './dom.js';

/** More bars could not be told apart on a phone. */
const BARS = 48;

/**
 * Plays a sound with one button and one slider: the browser's own controls cost the keyboard six stops each.
 * @param {{ url: string, filename: string }} attachment
 */
export function renderSoundPlayer({ url, filename }) {
  const player = createPlayer(url, filename, 0);
  const { audio, button, position, time } = player;
  player.onDraw = (share) => position.style.setProperty('--played', `${100 * share}%`);
  player.draw();
  return el('div', { class: 'sound-player' }, audio, button, position, time);
}

/**
 * A voice message: its waveform is the slider.
 * @param {{ url: string, waveform: string, duration_secs: number }} attachment
 */
export function renderVoicePlayer({ url, waveform, duration_secs }) {
  const player = createPlayer(url, 'voice message', duration_secs);
  const bars = barsOf(waveform).map((height) => {
    const bar = el('i');
    bar.style.height = `${Math.round(12 + 88 * height)}%`;
    return bar;
  });
  player.onDraw = (share) => {
    for (const [at, bar] of bars.entries()) bar.classList.toggle('played', at < share * bars.length);
  };
  player.draw();
  const wave = el(
    'div',
    { class: 'voice-wave' },
    el('div', { class: 'voice-bars', 'aria-hidden': 'true' }, ...bars),
  );
  wave.append(player.position);
  return el('div', { class: 'sound-player voice-player' }, player.audio, player.button, wave, player.time);
}

/** The parts of a player, kept in step with the sound. `knownSecs`: its length before the file is read. */
function createPlayer(url, name, knownSecs) {
  const audio = el('audio', { src: url, preload: 'metadata' });
  const button = el('button', { type: 'button', class: 'icon-button play-button' });
  const position = el('input', {
    type: 'range',
    class: 'sound-position',
    min: 0,
    max: 0,
    step: 0.01,
    'aria-label': `Position in ${name}`,
  });
  position.value = 0;
  const time = el('span', { class: 'sound-time' });
  const player = { audio, button, position, time, draw, onDraw: (_share) => {} };
  function draw() {
    const length = Number.isFinite(audio.duration) ? audio.duration : knownSecs;
    position.max = length;
    position.value = audio.currentTime;
    position.setAttribute('aria-valuetext', `${clock(audio.currentTime)} of ${clock(length)}`);
    time.textContent = `${clock(audio.currentTime)} / ${clock(length)}`;
    player.onDraw(length === 0 ? 0 : audio.currentTime / length);
  }
  const drawButton = () => {
    button.replaceChildren(icon(audio.paused ? ICONS.play : ICONS.pause));
    button.setAttribute('aria-label', `${audio.paused ? 'Play' : 'Pause'} ${name}`);
  };
  button.addEventListener('click', () => (audio.paused ? playAlone(audio) : audio.pause()));
  position.addEventListener('input', () => {
    audio.currentTime = Number(position.value);
  });
  for (const event of ['loadedmetadata', 'timeupdate', 'seeked', 'ended'])
    audio.addEventListener(event, draw);
  for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, drawButton);
  drawButton();
  return player;
}

/**
 * Heights from 0 to 1, the loudest point of each stretch.
 * @param {string} waveform base64, one byte a point
 */
function barsOf(waveform) {
  const points = [...atob(waveform)].map((letter) => letter.charCodeAt(0) / 255);
  if (points.length === 0) return Array(BARS).fill(0);
  return Array.from({ length: BARS }, (_, at) => {
    const from = Math.floor((at * points.length) / BARS);
    const to = Math.max(from + 1, Math.floor(((at + 1) * points.length) / BARS));
    return Math.max(...points.slice(from, to));
  });
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
