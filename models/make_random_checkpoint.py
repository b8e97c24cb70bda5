"""Makes a diffusers checkpoint of Stable Diffusion 1.5's shape with random weights, offline: to convert, render and
time with.

    python models/make_random_checkpoint.py --size full | tiny FOLDER

`full` has exactly the sizes of Stable Diffusion 1.5 and Riffusion v1 (U-Net: 860 M weights): 2.1 GB of 16-bit
safetensors, made in minutes. `tiny` has the same layout and picture size with a few thousand weights, made in seconds.

Its pictures are noise, but finite and with enough contrast for a render to pass its checks. The same seed gives the
same files.
"""

import argparse
import gc
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from riff_conversion.calibration import PROMPTS
from riff_conversion.clip_bytes import byte_letters
from riff_conversion.files import write_json

START, END = '<|startoftext|>', '<|endoftext|>'
POSITIONS = 77

SIZES = {
    'full': {
        'text': {
            'vocab_size': 49408,
            'hidden_size': 768,
            'intermediate_size': 3072,
            'num_hidden_layers': 12,
            'num_attention_heads': 12,
        },
        'unet': {
            'block_out_channels': (320, 640, 1280, 1280),
            'layers_per_block': 2,
            'attention_head_dim': 8,
            'cross_attention_dim': 768,
            'down_block_types': ('CrossAttnDownBlock2D',) * 3 + ('DownBlock2D',),
            'up_block_types': ('UpBlock2D',) + ('CrossAttnUpBlock2D',) * 3,
        },
        'vae': {'block_out_channels': (128, 256, 512, 512), 'layers_per_block': 2},
    },
    'tiny': {
        'text': {
            'vocab_size': 2048,
            'hidden_size': 32,
            'intermediate_size': 64,
            'num_hidden_layers': 2,
            'num_attention_heads': 2,
        },
        'unet': {
            'block_out_channels': (16, 32),
            'layers_per_block': 1,
            'attention_head_dim': 4,
            'cross_attention_dim': 32,
            'norm_num_groups': 4,
            'down_block_types': ('DownBlock2D', 'CrossAttnDownBlock2D'),
            'up_block_types': ('CrossAttnUpBlock2D', 'UpBlock2D'),
        },
        'vae': {
            'block_out_channels': (8, 8, 8, 8),
            'layers_per_block': 1,
            'norm_num_groups': 4,
            'mid_block_add_attention': False,
        },
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--size', choices=SIZES, default='tiny')
    parser.add_argument('--seed', type=int, default=0)
    arguments = parser.parse_args()
    folder, sizes = arguments.folder, SIZES[arguments.size]
    torch.manual_seed(arguments.seed)
    words = write_tokenizer(folder / 'tokenizer')
    save(folder / 'text_encoder', text_encoder(sizes['text'], words))
    save(folder / 'unet', UNet2DConditionModel(sample_size=64, in_channels=4, out_channels=4, **sizes['unet']))
    save(folder / 'vae', autoencoder(sizes['vae']))
    PNDMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule='scaled_linear',
        skip_prk_steps=True,
        steps_offset=1,
        set_alpha_to_one=False,
    ).save_pretrained(folder / 'scheduler')
    write_json(
        folder / 'model_index.json',
        {
            '_class_name': 'StableDiffusionPipeline',
            'scheduler': ['diffusers', 'PNDMScheduler'],
            'text_encoder': ['transformers', 'CLIPTextModel'],
            'tokenizer': ['transformers', 'CLIPTokenizer'],
            'unet': ['diffusers', 'UNet2DConditionModel'],
            'vae': ['diffusers', 'AutoencoderKL'],
        },
    )


def save(folder: Path, module: torch.nn.Module) -> None:
    """Saves in 16 bits; the U-Net's 32-bit form is freed before the next part is made."""
    module.half().save_pretrained(folder, safe_serialization=True)
    del module
    gc.collect()


def text_encoder(sizes: dict, words: int) -> CLIPTextModel:
    config = CLIPTextConfig(
        **sizes,
        max_position_embeddings=POSITIONS,
        bos_token_id=words - 2,
        eos_token_id=words - 1,
        pad_token_id=words - 1,
        projection_dim=sizes['hidden_size'],
        hidden_act='quick_gelu',
    )
    return CLIPTextModel(config)


def autoencoder(sizes: dict) -> AutoencoderKL:
    levels = len(sizes['block_out_channels'])
    return AutoencoderKL(
        **sizes,
        down_block_types=('DownEncoderBlock2D',) * levels,
        up_block_types=('UpDecoderBlock2D',) * levels,
        latent_channels=4,
        sample_size=512,
        scaling_factor=0.18215,
    )


def write_tokenizer(folder: Path) -> int:
    """A vocabulary as CLIP's is built: the bytes, the bytes that end a word, merges, two special tokens. The merges
    spell the words of the calibration prompts; any other text falls apart into shorter pieces. Gives the number of
    tokens.
    """
    letters = list(byte_letters().values())
    merges: dict[tuple[str, str], None] = {}
    for word in ' '.join(PROMPTS).lower().replace(',', ' ').split():
        pieces = [*word[:-1], word[-1] + '</w>']
        while len(pieces) > 1:
            merges.setdefault((pieces[0], pieces[1]))
            pieces[:2] = [pieces[0] + pieces[1]]
    tokens = [*letters, *(letter + '</w>' for letter in letters), *dict.fromkeys(a + b for a, b in merges), START, END]
    folder.mkdir(parents=True)
    write_json(folder / 'vocab.json', {token: index for index, token in enumerate(tokens)})
    (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    special = {'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': END}
    write_json(folder / 'special_tokens_map.json', special)
    write_json(
        folder / 'tokenizer_config.json', {'tokenizer_class': 'CLIPTokenizer', 'model_max_length': POSITIONS, **special}
    )
    return len(tokens)


if __name__ == '__main__':
    main()
