"""model_index.json: diffusers' list of parts, and under the key "riff" what a program needs to know beside it."""

from collections.abc import Iterable
from typing import Any

from riff_training.music.styles import NAMED_TEMPI, STYLES
from riff_training.pictures.spectrogram import F_MAX, HOP, N_FFT, N_MELS, SAMPLE_RATE, WINDOW

VERSION = '1.13.0'
DEFAULTS = {'steps': 20, 'guidance_scale': 4, 'negative_guidance_scale': 7, 'scheduler': 'dpmpp_2m'}
FEW_STEPS = {'steps': 4, 'negative_guidance_scale': 3}  # of the student; without a negative prompt it needs no guidance
MOST_FEW_STEPS = 8  # that the scheduler of the student can take


def model_index(has_student: bool = False) -> dict[str, Any]:
    return {
        '_class_name': 'OVStableDiffusionPipeline',
        'scheduler': ['diffusers', 'DPMSolverMultistepScheduler'],
        'text_encoder': ['optimum', 'OVModelTextEncoder'],
        'tokenizer': ['transformers', 'CLIPTokenizer'],
        'unet': ['optimum', 'OVModelUnet'],
        'vae_decoder': ['optimum', 'OVModelVaeDecoder'],
        'vae_encoder': ['optimum', 'OVModelVaeEncoder'],
        'riff': {
            **DEFAULTS,
            **({'few_steps': FEW_STEPS} if has_student else {}),
            'version': VERSION,
            'closed_vocabulary': True,
            'tempi': by_preference(NAMED_TEMPI),
            'tempi_of_words': {style.name: by_preference(style.tempi) for style in STYLES},
            'beats_per_bar': 4,
            'spectrogram': {
                'sample_rate': SAMPLE_RATE,
                'step_size_ms': milliseconds(HOP),
                'window_duration_ms': milliseconds(WINDOW),
                'padded_duration_ms': milliseconds(N_FFT),
                'num_frequencies': N_MELS,
                'min_frequency': 0,
                'max_frequency': F_MAX,
                'power_for_image': 0.25,
            },
        },
    }


def by_preference(tempi: Iterable[float]) -> list[float]:
    """The nearest to 125 first: at that tempo a bar has the fewest columns that still overlap well."""
    return sorted(tempi, key=lambda bpm: (abs(bpm - 125), bpm))


def milliseconds(samples: int) -> float:
    return 1000 * samples / SAMPLE_RATE
