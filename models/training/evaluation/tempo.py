"""Does the picture keep the tempo that was asked for? Autocorrelation of the onsets, column by column."""

import numpy as np

COLUMNS_PER_SECOND = 100


def onset_strength(picture: np.ndarray) -> np.ndarray:
    """uint8 [512, 512] → [511]: how much darker each column is than the one before, over all rows."""
    loud = 255.0 - picture.astype(np.float32)
    return np.maximum(0, np.diff(loud, axis=1)).mean(0)


def beat_strength(picture: np.ndarray, bpm: float) -> float:
    """Autocorrelation (−1 … 1) of the onsets at the lag of one beat, the best of ±1 column."""
    onsets = onset_strength(picture)
    onsets = onsets - onsets.mean()
    full = np.correlate(onsets, onsets, 'full')[len(onsets) - 1 :]
    overlap = np.arange(len(onsets), 0, -1)
    normal = full / overlap / (full[0] / len(onsets) + 1e-9)
    lag = round(60 * COLUMNS_PER_SECOND / bpm)
    return float(normal[lag - 1 : lag + 2].max())


def best_tempo(picture: np.ndarray, candidates: list[float]) -> float:
    """The candidate in beats a minute whose lag fits best."""
    return max(candidates, key=lambda bpm: beat_strength(picture, bpm))
