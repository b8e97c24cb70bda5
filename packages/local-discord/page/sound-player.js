import { el, ICONS, icon } from './dom.js';

/** More bars could not be told apart on a phone. */
const BARS = 48;

/**
 * Plays a sound with one button and one slider: the browser's own controls cost the keyboard six stops each.
 * @param {{ url: string, filename: string }} attachment
 */
export function renderSoundPlayer({ url, filename }) {
  const showPlayed = (share, { style }) => style.setProperty('--played', `${100 * share}%`);
  const { audio, button, position, time } = new SoundPlayer(url, filename, showPlayed);
  return el('div', { class: 'sound-player' }, audio, button, position, time);
}

/**
 * A voice message: its waveform is the slider.
 * @param {{ url: string, waveform: string, duration_secs: number }} attachment
 */
export function renderVoicePlayer({ url, waveform, duration_secs }) {
  const bars = barsOf(waveform).map((height) => {
    const bar = el('i');
    bar.style.height = `${Math.round(12 + 88 * height)}%`;
    return bar;
  });
  const showPlayed = (share) => {
    for (const [at, bar] of bars.entries()) bar.classList.toggle('played', at < share * bars.length);
  };
  const { audio, button, position, time } = new SoundPlayer(url, 'voice message', showPlayed, duration_secs);
  const drawn = el('div', { class: 'voice-bars', 'aria-hidden': 'true' }, ...bars);
  const wave = el('div', { class: 'voice-wave' }, drawn, position);
  return el('div', { class: 'sound-player voice-player' }, audio, button, wave, time);
}

/** The parts of a player, kept in step with the sound. */
class SoundPlayer {
  button = el('button', { type: 'button', class: 'icon-button play-button', onclick: () => this.toggle() });
  time = el('span', { class: 'sound-time' });

  /**
   * @param {string} url
   * @param {string} name
   * @param {(share: number, position: HTMLElement) => void} showPlayed share: from 0 to 1
   * @param {number} [knownSeconds] its length, before the file is read
   */
  constructor(url, name, showPlayed, knownSeconds = 0) {
    this.name = name;
    this.showPlayed = showPlayed;
    this.knownSeconds = knownSeconds;
    this.audio = el('audio', { src: url, preload: 'metadata' });
    const range = { type: 'range', min: 0, max: 0, step: 0.01 };
    const props = { class: 'sound-position', 'aria-label': `Position in ${name}` };
    this.position = el('input', { ...range, ...props, oninput: () => this.seek() });
    for (const event of ['loadedmetadata', 'timeupdate', 'seeked', 'ended'])
      this.audio.addEventListener(event, () => this.drawTime());
    for (const event of ['play', 'pause', 'ended'])
      this.audio.addEventListener(event, () => this.drawButton());
    this.drawTime();
    this.drawButton();
  }

  drawTime() {
    const { duration, currentTime } = this.audio;
    const length = Number.isFinite(duration) ? duration : this.knownSeconds;
    this.position.max = length;
    this.position.value = currentTime;
    this.position.ariaValueText = `${clock(currentTime)} of ${clock(length)}`;
    this.time.textContent = `${clock(currentTime)} / ${clock(length)}`;
    this.showPlayed(length === 0 ? 0 : currentTime / length, this.position);
  }

  drawButton() {
    const { paused } = this.audio;
    this.button.replaceChildren(icon(paused ? ICONS.play : ICONS.pause));
    this.button.ariaLabel = `${paused ? 'Play' : 'Pause'} ${this.name}`;
  }

  toggle() {
    if (this.audio.paused) playAlone(this.audio);
    else this.audio.pause();
  }

  seek() {
    this.audio.currentTime = Number(this.position.value);
  }
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
