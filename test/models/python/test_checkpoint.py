"""Which files of a checkpoint are converted, and what is refused before it: without torch."""

import json
from pathlib import Path

import pytest

from riff_conversion.checkpoint import check, variant_of, weight_files
from riff_conversion.messages import Refused

INDEX = {
    'text_encoder': ['transformers', 'CLIPTextModel'],
    'unet': ['diffusers', 'UNet2DConditionModel'],
    'vae': ['diffusers', 'AutoencoderKL'],
    'tokenizer': ['transformers', 'CLIPTokenizer'],
    'scheduler': ['diffusers', 'DDPMScheduler'],
}
NAMES = {'text_encoder': 'model', 'unet': 'diffusion_pytorch_model', 'vae': 'diffusion_pytorch_model'}


def write_weights(file: Path) -> None:
    """A safetensors file of one tensor, whole."""
    header = json.dumps({'weight': {'dtype': 'F16', 'shape': [2], 'data_offsets': [0, 4]}}).encode()
    file.write_bytes(len(header).to_bytes(8, 'little') + header + bytes(4))


def make_checkpoint(folder: Path, *variants: str) -> Path:
    for part in (*NAMES, 'tokenizer', 'scheduler'):
        (folder / part).mkdir()
    (folder / 'model_index.json').write_text(json.dumps(INDEX))
    for part, name in NAMES.items():
        for variant in variants:
            write_weights(folder / part / f'{name}{variant}.safetensors')
    return folder


def test_a_checkpoint_that_has_only_its_16_bit_variant_is_taken(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, '.fp16')
    assert check(checkpoint) == INDEX
    assert [variant_of(checkpoint / part) for part in NAMES] == ['fp16'] * 3


def test_the_files_without_a_variant_are_taken_where_there_are_both(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, '', '.fp16', '.ema')
    check(checkpoint)
    assert [variant_of(checkpoint / part) for part in NAMES] == [None] * 3


@pytest.mark.parametrize(
    ('names', 'taken', 'variant'),
    [
        (['model.fp16.safetensors', 'model.fp16.bin'], ['model.fp16.safetensors'], 'fp16'),
        (['model.bin', 'model.fp16.safetensors'], ['model.bin'], None),
        (['pytorch_model.fp16.bin', 'model.ema.safetensors'], ['pytorch_model.fp16.bin'], 'fp16'),
        (
            ['model.fp16-00001-of-00002.safetensors', 'model.fp16-00002-of-00002.safetensors'],
            ['model.fp16-00001-of-00002.safetensors', 'model.fp16-00002-of-00002.safetensors'],
            'fp16',
        ),
        (['model-00001-of-00001.fp16.bin', 'config.json', 'notes.bin'], ['model-00001-of-00001.fp16.bin'], 'fp16'),
    ],
)
def test_one_set_of_files_is_taken(tmp_path: Path, names: list[str], taken: list[str], variant: str | None) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert [file.name for file in weight_files(tmp_path)] == taken
    assert variant_of(tmp_path) == variant


def test_a_variant_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, '.fp16')
    file = checkpoint / 'unet' / 'diffusion_pytorch_model.fp16.safetensors'
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(Refused, match=r'fp16\.safetensors: expected \d+ bytes, found \d+'):
        check(checkpoint)


def test_a_part_without_weights_is_refused(tmp_path: Path) -> None:
    checkpoint = make_checkpoint(tmp_path, '.fp16')
    (checkpoint / 'vae' / 'diffusion_pytorch_model.fp16.safetensors').rename(checkpoint / 'vae' / 'weights.bin')
    with pytest.raises(Refused, match='vae: expected weights'):
        check(checkpoint)
