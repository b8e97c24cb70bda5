"""Writes WAV files of the kinds that libsndfile knows (soundfile 0.14.0, libsndfile 1.2.2): python make_wavs.py, into
wav/ beside this script.

Every file holds the same 64 frames: left 0.5 sin(2 pi 440 t), right 0.25 cos(2 pi 660 t), at 44100 Hz. What is read
has to be their mean within the quantisation of the kind; the compressed ones have to be refused by name.
"""

from pathlib import Path

import numpy as np
import soundfile

KINDS = {
    'u8': ('WAV', 'PCM_U8', 'FILE'),
    'int16': ('WAV', 'PCM_16', 'FILE'),
    'int24': ('WAV', 'PCM_24', 'FILE'),
    'int32': ('WAV', 'PCM_32', 'FILE'),
    'float32': ('WAV', 'FLOAT', 'FILE'),
    'float64': ('WAV', 'DOUBLE', 'FILE'),
    'extensible-u8': ('WAVEX', 'PCM_U8', 'FILE'),
    'extensible-int16': ('WAVEX', 'PCM_16', 'FILE'),
    'extensible-int24': ('WAVEX', 'PCM_24', 'FILE'),
    'extensible-int32': ('WAVEX', 'PCM_32', 'FILE'),
    'extensible-float32': ('WAVEX', 'FLOAT', 'FILE'),
    'extensible-float64': ('WAVEX', 'DOUBLE', 'FILE'),
    'rf64-int16': ('RF64', 'PCM_16', 'FILE'),
    'rf64-float32': ('RF64', 'FLOAT', 'FILE'),
    'rifx-int16': ('WAV', 'PCM_16', 'BIG'),
    'rifx-int24': ('WAV', 'PCM_24', 'BIG'),
    'rifx-float32': ('WAV', 'FLOAT', 'BIG'),
    'rifx-float64': ('WAV', 'DOUBLE', 'BIG'),
    'a-law': ('WAV', 'ALAW', 'FILE'),
    'mu-law': ('WAV', 'ULAW', 'FILE'),
    'extensible-a-law': ('WAVEX', 'ALAW', 'FILE'),
    'extensible-mu-law': ('WAVEX', 'ULAW', 'FILE'),
    'ima-adpcm': ('WAV', 'IMA_ADPCM', 'FILE'),
    'microsoft-adpcm': ('WAV', 'MS_ADPCM', 'FILE'),
}

t = np.arange(64) / 44100
sound = np.stack([0.5 * np.sin(2 * np.pi * 440 * t), 0.25 * np.cos(2 * np.pi * 660 * t)], axis=1)
for name, (container, subtype, endian) in KINDS.items():
    path = Path(__file__).parent / 'wav' / f'{name}.wav'
    soundfile.write(path, sound, 44100, format=container, subtype=subtype, endian=endian)
