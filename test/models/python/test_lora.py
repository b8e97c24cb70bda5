"""LoRAs are fused as diffusers fuses them: test/golden/lora/make_lora.py made the files, and the weights with it."""

import json
from pathlib import Path

import numpy as np
import pytest

from riff_conversion.lora import changes, read_lora, read_safetensors
from riff_conversion.messages import Refused

GOLDEN = Path(__file__).parents[2] / 'golden' / 'lora'
PARTS = ('unet', 'text_encoder')


def weights(kind: str, part: str) -> dict[str, np.ndarray]:
    prefix = f'{kind}.{part}.'
    _, tensors = read_safetensors(GOLDEN / 'fused.safetensors')
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


@pytest.mark.parametrize('second', ['peft', 'legacy'])
@pytest.mark.parametrize('part', PARTS)
def test_two_loras_make_the_weights_that_diffusers_makes(part: str, second: str) -> None:
    fused = weights('base', part)
    shapes = {name: weight.shape for name, weight in fused.items()}
    for file, scale in (('kohya', 1.0), (second, 0.5)):
        for name, change in changes(read_lora(GOLDEN / f'{file}.safetensors', scale), part, shapes):
            fused[name] = fused[name] + change
    expected = weights('fused', part)
    assert fused.keys() == expected.keys()
    for name, weight in expected.items():
        assert np.abs(fused[name] - weight).max() <= 1e-6, name
        assert np.abs(fused[name] - weights('base', part)[name]).max() > 1e-5, name


def write(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str] | None = None) -> Path:
    header, body = {'__metadata__': metadata or {}}, b''
    for name, value in tensors.items():
        data = value.astype(np.float32).tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {'dtype': 'F32', 'shape': list(value.shape), 'data_offsets': offsets}
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, 'little') + text + body)
    return path


DOWN, UP = np.ones((2, 3)), np.ones((5, 2))
SHAPES = {'attn.to_q.weight': (5, 3), 'attn.to_q.bias': (5,)}


def only_change(path: Path, scale: float = 1.0) -> np.ndarray:
    ((name, change),) = changes(read_lora(path, scale), 'unet', SHAPES)
    assert name == 'attn.to_q.weight'
    return change


def test_alpha_over_rank_and_the_scale_weigh_the_change(tmp_path: Path) -> None:
    names = {'unet.attn.to_q.lora_A.weight': DOWN, 'unet.attn.to_q.lora_B.weight': UP}
    assert np.all(only_change(write(tmp_path / 'a.safetensors', names), 0.25) == 0.5)
    with_alpha = {**names, 'unet.attn.to_q.alpha': np.array(6.0)}
    assert np.all(only_change(write(tmp_path / 'b.safetensors', with_alpha)) == 6)


def test_the_alpha_of_a_peft_header_counts(tmp_path: Path) -> None:
    names = {'unet.attn.to_q.lora_A.weight': DOWN, 'unet.attn.to_q.lora_B.weight': UP}
    for settings, expected in (
        ({'unet.lora_alpha': 4}, 4),
        ({'unet.lora_alpha': 4, 'unet.alpha_pattern': {'to_q': 8}}, 8),
        ({'unet.lora_alpha': 4, 'unet.use_rslora': True}, 2 * 4 / 2**0.5),
        ({'text_encoder.lora_alpha': 4}, 2),
    ):
        metadata = {'lora_adapter_metadata': json.dumps(settings)}
        path = write(tmp_path / 'c.safetensors', names, metadata)
        assert only_change(path) == pytest.approx(np.full((5, 3), expected))


@pytest.mark.parametrize(
    ('tensors', 'says'),
    [
        ({'lora_unet_attn_to_q.hada_w1_a': DOWN}, 'LoHa'),
        ({'lora_unet_attn_to_q.lora_down.weight': DOWN}, 'both matrices'),
        ({'lora_te2_text_model.lora_down.weight': DOWN}, 'another kind of model'),
        ({'transformer.blocks.0.attn.to_q.lora_A.weight': DOWN}, 'another kind of model'),
        ({}, 'no layers'),
        (
            {'lora_unet_other_to_q.lora_down.weight': DOWN, 'lora_unet_other_to_q.lora_up.weight': UP},
            'other_to_q; the LoRA is made for another model',
        ),
        (
            {'lora_unet_attn_to_q.lora_down.weight': DOWN, 'lora_unet_attn_to_q.lora_up.weight': np.ones((7, 2))},
            r'the shape \[5, 3\], found \[7, 3\]',
        ),
    ],
)
def test_what_is_no_lora_of_this_model_is_refused(tmp_path: Path, tensors: dict, says: str) -> None:
    with pytest.raises(Refused, match=says):
        only_change(write(tmp_path / 'd.safetensors', tensors))


def test_a_file_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    whole = (GOLDEN / 'kohya.safetensors').read_bytes()
    for length in (0, 5, 500, len(whole) - 1):
        path = tmp_path / 'e.safetensors'
        path.write_bytes(whole[:length])
        with pytest.raises(Refused, match=r'expected a whole \.safetensors file'):
            read_lora(path)
