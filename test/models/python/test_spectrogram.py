"""The pictures of the training are Riffusion's: filters as torchaudio's, loud is dark, low is at the bottom."""

import json
from pathlib import Path

import numpy as np
import pytest

from riff_training.pictures.spectrogram import CLIP_SAMPLES, COLUMNS, N_MELS, SAMPLE_RATE, mel_filters, picture

GOLDEN = Path(__file__).resolve().parents[2] / 'golden' / 'audio' / 'golden.json'
SECONDS = np.arange(CLIP_SAMPLES) / SAMPLE_RATE


def tone(hz: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * SECONDS)).astype(np.float32)


def row_of(hz: float) -> float:
    """Row of the picture, from above, whose HTK mel band lies at `hz`; 512 bands up to 10 kHz."""
    mel = np.log10(1 + hz / 700) / np.log10(1 + 10000 / 700)
    return (N_MELS - 1) - (mel * (N_MELS + 1) - 1)


def test_filters_are_torchaudios() -> None:
    filters = mel_filters()
    for band, expected in json.loads(GOLDEN.read_text())['melFilters']['bands'].items():
        row = filters[int(band)]
        first = int(np.flatnonzero(row)[0])
        assert first == expected['first']
        weights = row[first : first + len(expected['weights'])]
        assert weights == pytest.approx(expected['weights'], abs=1e-4)


@pytest.mark.parametrize('hz', [220.0, 880.0, 4000.0])
def test_a_tone_is_a_dark_line_at_its_height(hz: float) -> None:
    made = picture(tone(hz))
    assert made.shape == (N_MELS, COLUMNS)
    assert made.dtype == np.uint8
    darkest = made[:, COLUMNS // 2].argmin()
    assert darkest == pytest.approx(row_of(hz), abs=2)


def test_a_quieter_clip_is_the_same_picture() -> None:
    loud, quiet = picture(tone(440.0)), picture(0.1 * tone(440.0))
    assert np.abs(loud.astype(int) - quiet).max() <= 1


def test_silence_is_white() -> None:
    assert (picture(np.zeros(CLIP_SAMPLES, np.float32)) == 255).all()
