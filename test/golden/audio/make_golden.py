"""Writes the numbers that the tests of src/spectrogram and src/audio are held against: golden.json and encoded.png.

Run after make_music.py, with torch 2.9.1, torchaudio 2.9.1, numpy and pillow. Tolerances stand in the tests.
Signals come from formulas that the tests repeat, so no waveform is stored.
"""

import json
import pathlib
from typing import Any

import make_music
import numpy as np
import torch
import torchaudio
import torchaudio.functional as F
import torchaudio_decode
from PIL import Image

HERE = pathlib.Path(__file__).parent
CLIPS = ('jazz', 'techno', 'chamber')


def listed(tensor: torch.Tensor, digits: int = 7) -> list[float]:
    return [float(f'{value:.{digits}g}') for value in np.asarray(tensor, dtype=np.float64).ravel()]


def tones(samples: int, rate: int = 44100) -> torch.Tensor:
    """Four decaying notes with eight harmonics each, a low hum below them."""
    t = np.arange(samples) / rate
    wave = 0.05 * np.sin(2 * np.pi * 55 * t)
    for note, hz in enumerate((220.0, 277.18, 329.63, 440.0)):
        since = t - 0.2 * note
        envelope = np.where(since >= 0, np.exp(-6 * np.maximum(since, 0)), 0)
        for harmonic in range(1, 9):
            wave = wave + 0.2 / harmonic * envelope * np.sin(2 * np.pi * hz * harmonic * since)
    return torch.from_numpy(wave.astype(np.float32))


def wobble(samples: int) -> torch.Tensor:
    """Anything but regular, between -1 and 1."""
    i = np.arange(samples)
    return torch.from_numpy((np.sin(i * i * 0.013) * np.cos(i * 0.7)).astype(np.float32))


def mel_filters() -> dict[str, Any]:
    """float64, since torchaudio's float32 frequencies are themselves off by 1e-4 of a filter's width."""
    torch.set_default_dtype(torch.float64)
    full = F.melscale_fbanks(8821, 0.0, 10000.0, 512, 44100).T
    small = F.melscale_fbanks(65, 100.0, 3500.0, 10, 8000).T
    torch.set_default_dtype(torch.float32)
    bands = {
        str(band): {'first': int(full[band].nonzero()[0]), 'weights': listed(full[band][full[band] > 0], 9)}
        for band in (0, 1, 2, 3, 63, 200, 350, 510, 511)
    }
    return {'bands': bands, 'sums': listed(full.sum(dim=1), 9), 'small': [listed(row, 9) for row in small]}


def pixels() -> dict[str, Any]:
    """spectrogram_from_image of the notebook (max_volume 50) and of riffusion-hobby (30e6), value by value."""
    values = 255 - np.arange(256).astype(np.float32)
    mel = torch.linspace(0, 3, 24).square().reshape(4, 6).numpy()
    image = 255 - np.power(mel / np.max(mel), 0.25) * 255
    return {
        'volume': [float(v) for v in np.power(values * 50 / 255, 1 / 0.25)],
        'magnitude': [float(v) for v in np.power(values / 255, 1 / 0.25) * 30e6],
        'mel': [float(v) for v in mel.ravel()],
        'picture': image.astype(np.uint8)[::-1].ravel().tolist(),
    }


def stft_case(n_fft: int, win_length: int, hop_length: int, length: int) -> dict[str, Any]:
    waveform, window = wobble(length), torch.hann_window(win_length)
    spectrum = torch.stft(waveform, n_fft, hop_length, win_length, window, center=True, return_complex=True)
    weighted = spectrum * torch.linspace(0.5, 1, spectrum.shape[0])[:, None]
    inverse = torch.istft(weighted, n_fft, hop_length, win_length, window)
    recovered = F.griffinlim(spectrum.abs(), window, n_fft, hop_length, win_length, 1.0, 4, 0.99, None, False)
    return {
        'nFft': n_fft,
        'winLength': win_length,
        'hopLength': hop_length,
        'length': length,
        'real': listed(spectrum.real.T),
        'imag': listed(spectrum.imag.T),
        'inverseOfWeighted': listed(inverse),
        'griffinLim': listed(recovered),
    }


def full_size_stft() -> dict[str, Any]:
    spectrum = torch.stft(tones(44100), 17640, 441, 4410, torch.hann_window(4410), return_complex=True)
    bins = [0, 1, 88, 176, 1000, 3999]
    return {
        'bins': bins,
        'frame': 30,
        'real': listed(spectrum[bins, 30].real),
        'imag': listed(spectrum[bins, 30].imag),
        'energy': float(spectrum[:4000].abs().square().sum()),
    }


def inverse_mel() -> dict[str, Any]:
    mel = torchaudio_decode.mel_of_picture(HERE / 'clip-jazz.png')[:, 100:101]
    inverse = torchaudio.transforms.InverseMelScale(
        n_stft=8821, n_mels=512, sample_rate=44100, f_min=0, f_max=10000, norm=None, mel_scale='htk', driver='gels'
    )(mel)[:, 0]
    return {'clip': 'jazz', 'column': 100, 'every': 7, 'linear': listed(inverse[:4000:7])}


def loudness() -> dict[str, float]:
    silence = torch.zeros(44100 * 2)
    cases = {
        'tones': tones(44100 * 3),
        'tonesAndSilence': torch.cat([tones(44100 * 3), silence]),
        'wobble': 0.25 * wobble(132300),
    }
    return {name: F.loudness(waveform[None], 44100).item() for name, waveform in cases.items()}


def reference_decoding() -> dict[str, Any]:
    """32 steps from random phases; the crop is what the test of `classic` decodes again."""
    clips = {}
    for name in CLIPS:
        path = HERE / f'clip-{name}.png'
        clips[name] = {'full': torchaudio_decode.measure(path), 'crop': torchaudio_decode.measure(path, columns=128)}
    return {'threads': torch.get_num_threads(), 'cropColumns': 128, 'clips': clips}


def write_encoded() -> None:
    """The noise, about that of 16-bit files, keeps the darkness between the notes above float32's own noise."""
    picture = make_music.picture_of(tones(441 * 128) + 1e-5 * wobble(441 * 128))
    Image.fromarray(np.ascontiguousarray(picture[:, :128])).save(HERE / 'encoded.png', optimize=True)


def main() -> None:
    write_encoded()
    golden = {
        'made_by': 'make_golden.py',
        'versions': {'torch': torch.__version__, 'torchaudio': torchaudio.__version__, 'numpy': np.__version__},
        'melFilters': mel_filters(),
        'pixels': pixels(),
        'stft': [stft_case(64, 48, 16, 320), stft_case(70, 40, 10, 330)],
        'fullSizeStft': full_size_stft(),
        'inverseMel': inverse_mel(),
        'loudness': loudness(),
        'torchaudioDecode': reference_decoding(),
    }
    (HERE / 'golden.json').write_text(json.dumps(golden) + '\n')


if __name__ == '__main__':
    main()
