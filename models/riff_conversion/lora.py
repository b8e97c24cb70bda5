"""LoRA files: low-rank changes of a model's weights, which are added to them when it is converted.

W + scale · alpha/rank · B·A, as PEFT merges it (0.21.2) and diffusers' fuse_lora with it. numpy alone: tested without
PyTorch.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from riff_conversion.messages import Refused

#: How the names of a part's layers begin: kohya's scripts, diffusers and PEFT.
PREFIXES = {
    'lora_unet_': 'unet',
    'unet.': 'unet',
    'base_model.model.': 'unet',
    'lora_te_': 'text_encoder',
    'lora_te1_': 'text_encoder',
    'text_encoder.': 'text_encoder',
}
#: Of models with two text encoders.
FOREIGN = re.compile(r'lora_te2_|text_encoder_2\.|transformer\.|lora_transformer_')
#: A is "down", B is "up" to kohya and to diffusers before it used PEFT.
LAYER = re.compile(
    r'(?P<layer>.+?)'
    r'(?:\.lora_(?P<peft>[AB])\.weight|\.lora_(?P<kohya>down|up)\.weight'
    r'|(?:\.lora|_lora|\.lora_linear_layer)\.(?P<old>down|up)\.weight|(?:_lora)?\.(?P<alpha>alpha))'
)
ROLES = {'A': 'down', 'B': 'up'}
DTYPES = {'F64': '<f8', 'F32': '<f4', 'F16': '<f2', 'BF16': '<u2'}


@dataclass
class Layer:
    """The change of one weight, as two matrices of low rank."""

    name: str  # as the file has it
    down: np.ndarray | None = None  # [rank, in] or [rank, in, height, width]
    up: np.ndarray | None = None  # [out, rank] or [out, rank, 1, 1]
    scaling: float = 1.0  # alpha / rank


@dataclass(frozen=True)
class Lora:
    path: Path
    scale: float
    #: Part → layer under its plain name → matrices.
    layers: Mapping[str, Mapping[str, Layer]] = field(default_factory=dict)


def read_lora(path: Path, scale: float = 1.0) -> Lora:
    """Reads a safetensors file; `scale` multiplies its changes. Raises Refused for a file that is no LoRA of Stable
    Diffusion 1 or 2, or one of another kind, such as LoHa and DoRA.
    """
    layers: dict[str, dict[str, Layer]] = {'unet': {}, 'text_encoder': {}}
    metadata, tensors = read_safetensors(path)
    alphas: dict[int, float] = {}
    for key, tensor in tensors.items():
        part, name, role = parse_key(path, key)
        layer = layers[part].setdefault(plain(name), Layer(name))
        if role == 'alpha':
            alphas[id(layer)] = float(tensor.reshape(()))
        else:
            setattr(layer, role, tensor)
    for part, found in layers.items():
        for layer in found.values():
            if layer.down is None or layer.up is None:
                raise Refused(f'{path}: expected both matrices of {layer.name}, found one; download the file again')
            rank = layer.down.shape[0]
            alpha = alphas.get(id(layer))
            layer.scaling = alpha / rank if alpha is not None else peft_scaling(metadata, part, layer.name, rank)
    if not any(layers.values()):
        raise Refused(f'{path}: expected a LoRA, found no layers in it; check the file')
    return Lora(path, scale, layers)


def parse_key(path: Path, key: str) -> tuple[str, str, str]:
    """The name of a tensor → (part, layer, role: 'down', 'up' or 'alpha'). Raises Refused for other names; `path` is
    for the message.
    """
    if FOREIGN.match(key):
        raise Refused(
            f'{path}: expected a LoRA of Stable Diffusion 1 or 2, found {key}, of another kind of model; use another'
        )
    match = LAYER.fullmatch(key)
    if match is None:
        raise Refused(
            f'{path}: expected the matrices and alphas of a LoRA, found {key}; '
            'Riff fuses no LoHa, LoKr, DoRA or whole weights: use another file'
        )
    role = match['peft'] or match['kohya'] or match['old'] or match['alpha']
    name = match['layer']
    # Files of early diffusers, which know the U-Net alone, have no prefix.
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), '')
    return PREFIXES.get(prefix, 'unet'), name.removeprefix(prefix), ROLES.get(role, role)


def plain(name: str) -> str:
    """One spelling of a layer for all files and models: kohya's dots are underscores, early diffusers had layers in
    attention processors, with `to_out` for `to_out.0`, and transformers 5 has dropped `text_model.`.
    """
    spelled = name.replace('.processor', '').replace('.', '_').removeprefix('text_model_')
    return f'{spelled}_0' if spelled.endswith('to_out') else spelled


def peft_scaling(metadata: Mapping[str, str], part: str, name: str, rank: int) -> float:
    """The scaling by PEFT's settings in the file's header; 1 without them, as in diffusers."""
    settings: dict[str, Any] = json.loads(metadata.get('lora_adapter_metadata') or '{}')
    of = lambda key, default: settings.get(f'{part}.{key}', default)
    if of('use_dora', False):
        raise Refused(f'LoRA: expected plain matrices, found DoRA ({name}); use another file')
    patterns: dict[str, float] = of('alpha_pattern', None) or {}
    alpha = next(
        (alpha for pattern, alpha in patterns.items() if re.fullmatch(rf'(.*\.)?({pattern})', name)),
        of('lora_alpha', rank),
    )
    return alpha / (math.sqrt(rank) if of('use_rslora', False) else rank)


def changes(lora: Lora, part: str, shapes: Mapping[str, tuple[int, ...]]) -> Iterator[tuple[str, np.ndarray]]:
    """(name of a weight, what is added to it) of every layer that the LoRA has in that part. `shapes`: of the part's
    weights. Raises Refused for a layer that the part does not have, or that has another shape.
    """
    known = {plain(name.removesuffix('.weight')): name for name in shapes if name.endswith('.weight')}
    for spelled, layer in lora.layers.get(part, {}).items():
        weight = known.get(spelled)
        if weight is None:
            raise Refused(
                f'{lora.path}: expected layers of this {part}, found {layer.name}; the LoRA is made for another model'
            )
        change = product(layer) * np.float32(lora.scale * layer.scaling)
        shape = shapes[weight]
        # A 1×1 convolution and a matrix are the same weights.
        if change.size != math.prod(shape) or change.shape[:2] != shape[:2]:
            raise Refused(
                f'{lora.path}: expected {layer.name} to have the shape {list(shape)}, found {list(change.shape)}; '
                'the LoRA is made for another model'
            )
        yield weight, change.reshape(shape)


def product(layer: Layer) -> np.ndarray:
    """Up times down: [out, in], or [out, in, height, width] of a convolution."""
    assert layer.down is not None
    assert layer.up is not None
    up = layer.up.reshape(layer.up.shape[0], -1)
    down = layer.down
    return (up @ down.reshape(down.shape[0], -1)).reshape(up.shape[0], *down.shape[1:])


def read_safetensors(path: Path) -> tuple[Mapping[str, str], dict[str, np.ndarray]]:
    """(the header's metadata, every tensor as float32). Raises Refused for a file that is cut off or no safetensors."""
    try:
        data = path.read_bytes()
        length = int.from_bytes(data[:8], 'little')
        header = json.loads(data[8 : 8 + length])
        metadata = header.pop('__metadata__', {})
        body = memoryview(data)[8 + length :]
        return metadata, {name: tensor(body, entry) for name, entry in header.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            f'{path}: expected a whole .safetensors file, found otherwise: {error}; download it again'
        ) from error


def tensor(body: memoryview, entry: dict[str, Any]) -> np.ndarray:
    """float32; `entry` is the tensor's in the header: its type, shape and place in `body`."""
    start, end = entry['data_offsets']
    values = np.frombuffer(body[start:end], DTYPES[entry['dtype']])
    if entry['dtype'] == 'BF16':
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32).reshape(entry['shape'])
