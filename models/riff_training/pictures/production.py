"""The last of rendering a song: a room, and a compressor."""

from functools import cache

import numpy as np
import scipy.signal

from riff_training.pictures.spectrogram import SAMPLE_RATE

ROOM_SECONDS = 0.8
ATTACK, RELEASE = 0.01, 0.15  # of the compressor, seconds
THRESHOLD, RATIO = 0.5, 3.0  # share of the loudest level from which it works, and how much it holds down


def produced(song: np.ndarray, room: float) -> np.ndarray:
    """float32 [n] → the same with `room` (share of reverb) and an even level."""
    return compressed(song + room * reverberation(song))


def reverberation(song: np.ndarray) -> np.ndarray:
    return scipy.signal.oaconvolve(song, _room())[: len(song)].astype(np.float32)


@cache
def _room() -> np.ndarray:
    """Noise that dies away, darker than white, of the energy of a single impulse."""
    t = np.arange(round(ROOM_SECONDS * SAMPLE_RATE)) / SAMPLE_RATE
    tail = np.random.default_rng(0).standard_normal(len(t)) * 10 ** (-3 * t / ROOM_SECONDS)
    tail[: round(0.012 * SAMPLE_RATE)] = 0  # the first wall is some metres away
    dark = scipy.signal.sosfilt(scipy.signal.butter(1, 5000, fs=SAMPLE_RATE, output='sos'), tail)
    return (dark / np.sqrt(np.square(dark).sum())).astype(np.float32)


def compressed(song: np.ndarray) -> np.ndarray:
    level = _envelope(np.abs(song))
    over = np.maximum(1.0, level / (THRESHOLD * max(float(level.max()), 1e-6)))
    return (song * over ** (1 / RATIO - 1)).astype(np.float32)


def _envelope(loudness: np.ndarray) -> np.ndarray:
    """Rises within ATTACK, falls within RELEASE: the louder of two smooth readings, one for each."""
    readings = []
    for seconds in (ATTACK, RELEASE):
        keep = np.exp(-1 / (seconds * SAMPLE_RATE))
        readings.append(scipy.signal.lfilter([1 - keep], [1, -keep], loudness))
    return np.maximum(*readings)
