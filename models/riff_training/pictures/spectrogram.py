"""Waveform → Riffusion's picture (riffusion-hobby, spectrogram_params.py, spectrogram_converter.py,
util/image_util.py).
"""

import numpy as np
import scipy.fft
import scipy.signal
import scipy.sparse

SAMPLE_RATE, HOP, WINDOW, N_FFT, N_MELS, F_MAX, COLUMNS = 44100, 441, 4410, 17640, 512, 10000.0, 512
CLIP_SAMPLES = (COLUMNS - 1) * HOP


def mel_filters() -> np.ndarray:
    """Triangular HTK filters without normalisation, [N_MELS, bins up to F_MAX]; as torchaudio's melscale_fbanks."""
    bins = np.arange(int(F_MAX * N_FFT / SAMPLE_RATE) + 2) * SAMPLE_RATE / N_FFT
    edges = 700.0 * (10.0 ** (np.linspace(0, 2595.0 * np.log10(1 + F_MAX / 700.0), N_MELS + 2) / 2595.0) - 1)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)


_FILTERS = mel_filters()
_SPARSE_FILTERS = scipy.sparse.csr_matrix(_FILTERS)
_HANN = scipy.signal.get_window('hann', WINDOW).astype(np.float32)


def mel_magnitudes(waveform: np.ndarray) -> np.ndarray:
    """float32 [CLIP_SAMPLES] → [N_MELS, COLUMNS]. Where the window lies in the zero padding changes the phase only."""
    padded = np.pad(waveform, WINDOW // 2, mode='reflect')
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectrum = scipy.fft.rfft(frames * _HANN, N_FFT, axis=1)[:, : _FILTERS.shape[1]]
    return (_SPARSE_FILTERS @ np.abs(spectrum).T).astype(np.float32)


def picture(waveform: np.ndarray) -> np.ndarray:
    """uint8 [512, 512]; dark is loud, low notes at the bottom, scaled by the clip's own maximum."""
    mel = mel_magnitudes(waveform)
    scaled = 255.0 - 255.0 * (mel / max(float(mel.max()), 1e-9)) ** 0.25
    return scaled.clip(0, 255).astype(np.uint8)[::-1]
