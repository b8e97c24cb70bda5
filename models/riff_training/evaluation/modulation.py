"""Measures the modulation of a picture's rows by frequency, which a copy that is too smooth lacks."""

from itertools import pairwise

import numpy as np

ROWS, RATES = 8, 12  # bands of rows, bands of rates (equal in their logarithm)


def modulation(picture: np.ndarray) -> np.ndarray:
    """dB [8, rates]: the mean magnitude of the spectra of the rows (uint8 [512, 512]), without their means."""
    rows = picture.astype(np.float32) / 255
    spectra = np.abs(np.fft.rfft((rows - rows.mean(1, keepdims=True)) * np.hanning(rows.shape[1]), axis=1))
    edges = np.unique(np.geomspace(1, spectra.shape[1], RATES + 1).round().astype(int))
    by_rate = np.stack([spectra[:, low:high].mean(1) for low, high in pairwise(edges)], 1)
    bands = by_rate.reshape(ROWS, -1, by_rate.shape[1]).mean(1)
    return 20 * np.log10(bands + 1e-3)


def modulation_distance(pictures: np.ndarray, originals: np.ndarray) -> float:
    """Mean absolute difference in dB between pictures and their originals."""
    pairs = zip(pictures, originals, strict=True)
    return float(np.mean([np.abs(modulation(one) - modulation(other)).mean() for one, other in pairs]))
