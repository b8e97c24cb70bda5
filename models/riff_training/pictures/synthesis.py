"""A drum machine and synthesisers of our own, in numpy: no samples, so no licence but the repository's."""

from collections.abc import Callable
from functools import cache, lru_cache

import numpy as np
import scipy.signal

from riff_training.music.song import DRUMS, Note
from riff_training.music.styles import DRUM_PITCH
from riff_training.pictures.spectrogram import SAMPLE_RATE

Waveform = np.ndarray  # float32 [samples], mono
# About as loud as the soundfont.
DRUM_GAIN, BASS_GAIN, LEAD_GAIN = 0.17, 0.14, 0.2
BASS_PROGRAMS = (38, 39)
SYNTH_PROGRAMS = (80, 81, *BASS_PROGRAMS)  # not pads: sawtooths that swell are heard as strings
DETUNED = (-0.07, 0.0, 0.08)  # semitones


def synthesise(notes: list[Note], programs: dict[int, int], samples: int) -> Waveform:
    """The notes at their times; `programs` are those of the channels that the synthesisers play, drums apart."""
    mixed = np.zeros(samples, np.float32)
    for note in notes:
        sound = (note.velocity / 127) ** 1.5 * _sound(note, programs)
        first = round(note.start * SAMPLE_RATE)
        count = max(0, min(len(sound), samples - first))
        mixed[first : first + count] += sound[:count]
    return mixed


def _sound(note: Note, programs: dict[int, int]) -> Waveform:
    if note.channel == DRUMS:
        return DRUM_GAIN * _drum(note.pitch)
    program = programs[note.channel]
    samples = round(note.length * SAMPLE_RATE)
    if program in BASS_PROGRAMS:
        return BASS_GAIN * _bass(note.pitch, samples)
    return LEAD_GAIN * _lead(note.pitch, samples)


def _seconds(length: float) -> Waveform:
    return np.arange(round(length * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE


def _noise(count: int) -> Waveform:
    return np.random.default_rng(count).standard_normal(count).astype(np.float32)


def _filtered(sound: Waveform, kind: str, hertz: float | tuple[float, float], order: int = 2) -> Waveform:
    sections = scipy.signal.butter(order, hertz, kind, fs=SAMPLE_RATE, output='sos')
    return scipy.signal.sosfilt(sections, sound).astype(np.float32)


def _falling_tone(length: float, low: float, high: float, bend: float, decay: float) -> Waveform:
    """A sine that falls from `high` to `low` Hz; `bend` and `decay` are time constants in seconds."""
    t = _seconds(length)
    phase = 2 * np.pi * (low * t + (high - low) * bend * (1 - np.exp(-t / bend)))
    return np.sin(phase) * np.exp(-t / decay)


def _kick() -> Waveform:
    body = _falling_tone(0.4, 48, 190, 0.025, 0.12)
    body[:200] += 0.3 * _noise(200) * np.linspace(1, 0, 200, dtype=np.float32)
    return 1.3 * body


def _snare() -> Waveform:
    t = _seconds(0.25)
    body = _falling_tone(0.25, 180, 260, 0.02, 0.06) + 0.5 * _falling_tone(0.25, 330, 400, 0.02, 0.04)
    return 0.6 * body + 0.5 * _filtered(_noise(len(t)), 'high', 1200) * np.exp(-t / 0.07)


def _clap() -> Waveform:
    t = _seconds(0.25)
    bursts = sum(np.where(t >= late, np.exp(-(t - late).clip(0) / 0.008), 0) for late in (0, 0.011, 0.022))
    tail = np.where(t >= 0.03, np.exp(-(t - 0.03).clip(0) / 0.06), 0)
    return 0.9 * _filtered(_noise(len(t)), 'band', (800, 2800)) * (bursts + tail)


def _hat(decay: float) -> Callable[[], Waveform]:
    def make() -> Waveform:
        t = _seconds(5 * decay)
        squares = sum(np.sign(np.sin(2 * np.pi * hertz * t)) for hertz in (205, 304, 370, 523, 800, 1047))
        return 0.12 * _filtered(squares + 2 * _noise(len(t)), 'high', 6000) * np.exp(-t / decay)

    return make


def _shaker() -> Waveform:
    t = _seconds(0.12)
    return 0.35 * _filtered(_noise(len(t)), 'band', (4000, 9500)) * np.exp(-(((t - 0.04) / 0.025) ** 2))


def _cowbell() -> Waveform:
    t = _seconds(0.3)
    squares = np.sign(np.sin(2 * np.pi * 540 * t)) + np.sign(np.sin(2 * np.pi * 800 * t))
    return 0.3 * _filtered(squares, 'band', (500, 3000)) * np.exp(-t / 0.08)


def _click() -> Waveform:
    t = _seconds(0.06)
    return 0.6 * (np.sin(2 * np.pi * 1700 * t) + np.sin(2 * np.pi * 480 * t)) * np.exp(-t / 0.012)


def _tom(hertz: float) -> Callable[[], Waveform]:
    return lambda: _falling_tone(0.4, hertz, 1.8 * hertz, 0.04, 0.12)


DRUM_MAKERS: dict[str, Callable[[], Waveform]] = {
    'kick': _kick,
    'snare': _snare,
    'clap': _clap,
    'rim': _click,
    'clave': _click,
    'hat': _hat(0.03),
    'pedal': _hat(0.02),
    'open': _hat(0.14),
    'ride': _hat(0.2),
    'crash': _hat(0.4),
    'shaker': _shaker,
    'tambourine': _shaker,
    'cowbell': _cowbell,
    'conga': _tom(200),
    'timbale': _tom(320),
    'tom': _tom(130),
    'low': _tom(80),
}


@cache
def _drum(pitch: int) -> Waveform:
    name = next(name for name, other in DRUM_PITCH.items() if other == pitch)
    return DRUM_MAKERS[name]().astype(np.float32)


def _hertz(pitch: float) -> float:
    return 440 * 2 ** ((pitch - 69) / 12)


def _saw(pitch: float, samples: int) -> Waveform:
    """A sawtooth whose corner is rounded over two samples, so that little of it folds back."""
    step = _hertz(pitch) / SAMPLE_RATE
    phase = (np.arange(samples) * step + pitch % 1).astype(np.float64) % 1
    saw = 2 * phase - 1
    rising, falling = phase < step, phase > 1 - step
    near = phase[rising] / step
    saw[rising] -= 2 * near - near**2 - 1
    near = (phase[falling] - 1) / step
    saw[falling] -= near**2 + 2 * near + 1
    return saw.astype(np.float32)


def _shaped(sound: Waveform, rise: float, fall: float) -> Waveform:
    """With a rise at its beginning and a fall at its end, in seconds."""
    t = np.arange(len(sound), dtype=np.float32) / SAMPLE_RATE
    return sound * np.minimum(1, t / rise) * np.minimum(1, (t[::-1] + 1 / SAMPLE_RATE) / fall)


def _detuned(pitch: int, samples: int) -> Waveform:
    return sum(_saw(pitch + semitones, samples) for semitones in DETUNED) / len(DETUNED)


@lru_cache(256)
def _lead(pitch: int, samples: int) -> Waveform:
    cutoff = min(9000, 7 * _hertz(pitch))
    return _shaped(_filtered(_detuned(pitch, samples), 'low', cutoff), 0.004, 0.02)


@lru_cache(256)
def _bass(pitch: int, samples: int) -> Waveform:
    """A saw an octave wide, closed by its filter as it rings."""
    sound = _saw(pitch, samples) + 0.5 * _saw(pitch + 12.04, samples)
    t = np.arange(samples, dtype=np.float32) / SAMPLE_RATE
    bright, dark = _filtered(sound, 'low', 1500), _filtered(sound, 'low', 350)
    return _shaped(dark + (bright - dark) * np.exp(-t / 0.12), 0.003, 0.02)
