"""Decodes a spectrogram picture the Riffusion notebook's way with torchaudio and prints what it took, as JSON.

    python torchaudio_decode.py PICTURE.png [SEED]

{"seconds": wall time without imports, "melSC": 20 log10(|mel(out) - mel| / |mel|) over the picture's columns,
 "threads": ..., "torch": ..., "torchaudio": ...}
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torchaudio
from PIL import Image

SAMPLE_RATE, HOP, WINDOW, N_FFT, N_MELS, F_MAX = 44100, 441, 4410, 17640, 512, 10000


def mel_of_picture(path: Path) -> torch.Tensor:
    """spectrogram_from_image of the notebook: red plane, max_volume 50, power 0.25."""
    data = np.array(Image.open(path).convert('RGB')).astype(np.float32)
    data = 255 - data[::-1, :, 0]
    data = data * 50 / 255
    return torch.from_numpy(np.power(data, 1 / 0.25))


def mel_of_waveform(waveform: torch.Tensor) -> torch.Tensor:
    magnitudes = torchaudio.transforms.Spectrogram(n_fft=N_FFT, win_length=WINDOW, hop_length=HOP, power=1)(waveform)
    filters = torchaudio.functional.melscale_fbanks(N_FFT // 2 + 1, 0, F_MAX, N_MELS, SAMPLE_RATE)
    return filters.T @ magnitudes


def decode(mel: torch.Tensor, iterations: int = 32) -> torch.Tensor:
    inverse = torchaudio.transforms.InverseMelScale(
        n_stft=N_FFT // 2 + 1, n_mels=N_MELS, sample_rate=SAMPLE_RATE, f_min=0, f_max=F_MAX, norm=None, mel_scale='htk'
    )
    griffin_lim = torchaudio.transforms.GriffinLim(
        n_fft=N_FFT, n_iter=iterations, win_length=WINDOW, hop_length=HOP, power=1.0
    )
    return griffin_lim(inverse(mel))


def spectral_convergence(waveform: torch.Tensor, mel: torch.Tensor) -> float:
    columns = min(mel.shape[1], 1 + waveform.shape[0] // HOP)
    got, wanted = mel_of_waveform(waveform)[:, :columns], mel[:, :columns]
    return 20 * torch.log10((got - wanted).norm() / wanted.norm()).item()


def measure(path: Path, seed: int = 0, columns: int | None = None) -> dict[str, float]:
    torch.manual_seed(seed)
    mel = mel_of_picture(path)[:, :columns]
    start = time.perf_counter()
    waveform = decode(mel)
    seconds = time.perf_counter() - start
    return {'seconds': round(seconds, 3), 'melSC': round(spectral_convergence(waveform, mel), 3)}


def main() -> None:
    result = measure(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    versions = {'threads': torch.get_num_threads(), 'torch': torch.__version__, 'torchaudio': torchaudio.__version__}
    print(json.dumps(result | versions))


if __name__ == '__main__':
    main()
