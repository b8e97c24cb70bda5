"""The weights of an exported model by their names in PyTorch.

The IR holds every matrix under its name, as int8 with a scale for each row; it folds biases and norms into others. The
few 32-bit vectors that it does not name are kept beside it in `remainder.npz`, which only further training needs.
"""

from pathlib import Path

import numpy as np
import openvino as ov
import torch
from torch import nn

from riff_training.settings import STUDENT

FILE = 'remainder.npz'
# Checkpoint → the IRs that hold its matrices, and what the names there have before PyTorch's.
SOURCES = {
    'text': (['text_encoder'], 'self.encoder.', 'encoder.'),
    'unet': (['unet'], 'self.unet.', ''),
    'student': ([STUDENT], 'self.unet.', ''),
    'vae-scaled': (['vae_encoder', 'vae_decoder'], 'self.vae.', ''),
}


def matrices(folder: Path, checkpoint: str) -> dict[str, np.ndarray]:
    """float32 by name in the state of PyTorch's module: (weight − zero point) · scale."""
    parts, before, after = SOURCES[checkpoint]
    found = {}
    for part in parts:
        graph = ov.Core().read_model(folder / part / 'openvino_model.xml')
        held = {op.get_friendly_name(): op.data for op in graph.get_ops() if op.get_type_name() == 'Constant'}
        for name in held:
            if f'{name}/scale' in held:
                weight = held[name].astype(np.float32) - held[f'{name}/zero_point'].astype(np.float32)
                found[after + name.removeprefix(before)] = weight * held[f'{name}/scale'].astype(np.float32)
    return found


def write_remainder(folder: Path, states: dict[str, dict[str, torch.Tensor]]) -> None:
    """Writes the parameters of the checkpoints' states that the IR in `folder` does not name."""
    kept = {}
    for checkpoint, state in states.items():
        named = matrices(folder, checkpoint)
        kept |= {f'{checkpoint}/{name}': value.numpy() for name, value in state.items() if name not in named}
    np.savez_compressed(folder / FILE, **kept)


def published(folder: Path, checkpoint: str, module: nn.Module) -> dict[str, torch.Tensor]:
    """The state of `module`; KeyError names a parameter that neither the IR nor the remainder has."""
    held = matrices(folder, checkpoint)
    state = {}
    with np.load(folder / FILE) as remainder:
        for name, value in module.state_dict().items():
            array = held[name] if name in held else remainder[f'{checkpoint}/{name}']
            state[name] = torch.from_numpy(array).reshape(value.shape).to(value.dtype)
    return state
