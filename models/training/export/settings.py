"""model_index.json: diffusers' list of parts, and under the key "riff" what a program needs to know beside it."""

from pictures.spectrogram import COLUMNS, F_MAX, HOP, N_FFT, N_MELS, SAMPLE_RATE, WINDOW

VERSION = '1.0.0'
DEFAULTS = {'steps': 20, 'guidance_scale': 4, 'scheduler': 'dpmpp_2m'}


def model_index() -> dict:
    return {
        '_class_name': 'OVStableDiffusionPipeline',
        'scheduler': ['diffusers', 'DPMSolverMultistepScheduler'],
        'text_encoder': ['optimum', 'OVModelTextEncoder'],
        'tokenizer': ['transformers', 'CLIPTokenizer'],
        'unet': ['optimum', 'OVModelUnet'],
        'vae_decoder': ['optimum', 'OVModelVaeDecoder'],
        'vae_encoder': ['optimum', 'OVModelVaeEncoder'],
        'riff': {**DEFAULTS, 'version': VERSION, 'spectrogram': {
            'sample_rate': SAMPLE_RATE, 'hop_length': HOP, 'win_length': WINDOW, 'n_fft': N_FFT, 'n_mels': N_MELS, 'f_min': 0, 'f_max': F_MAX,
            'mel_scale': 'htk', 'mel_norm': None, 'image_power': 0.25, 'columns': COLUMNS}},
    }
