"""Measures whether a picture keeps the tempo that was asked for, by the autocorrelation of its onsets."""

import numpy as np

COLUMNS_PER_SECOND = 100
SLOWEST, FASTEST = 50, 200  # beats a minute that are looked for
TOLERANCE = 0.04


def onset_strength(picture: np.ndarray) -> np.ndarray:
    """uint8 [512, 512] → [511]: by how many grey levels each column is louder than the one before, mean of the rows."""
    loud = 255.0 - picture.astype(np.float32)
    return np.maximum(0, np.diff(loud, axis=1)).mean(0)


def heard_tempo(picture: np.ndarray) -> float:
    """Beats a minute at the highest peak of the autocorrelation of the onsets, to a fraction of a column."""
    onsets = onset_strength(picture)
    onsets = onsets - onsets.mean()
    full = np.correlate(onsets, onsets, 'full')[len(onsets) - 1 :]
    # Divided by the overlap, so that long lags do not lose; smoothed, since a lag of 42.7 columns is spread over two.
    even = np.convolve(full / np.arange(len(onsets), 0, -1), (0.25, 0.5, 0.25), 'same')
    first, last = 60 * COLUMNS_PER_SECOND // FASTEST, 60 * COLUMNS_PER_SECOND // SLOWEST
    lag = first + int(even[first : last + 1].argmax())
    before, peak, after = even[lag - 1 : lag + 2]
    bend = before - 2 * peak + after
    return 60 * COLUMNS_PER_SECOND / (lag + (0.5 * (before - after) / bend if bend < 0 else 0.0))


def keeps_tempo(picture: np.ndarray, bpm: float) -> bool:
    """Whether the measured tempo is the requested one, half of it or twice it."""
    heard = heard_tempo(picture)
    return any(abs(heard / (bpm * factor) - 1) <= TOLERANCE for factor in (0.5, 1, 2))
