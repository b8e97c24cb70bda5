"""Stage `restore`: takes the published weights back into the working data, to train on where the checkpoints are gone.

The IR holds every matrix under its name in PyTorch, as int8 with a scale for each row; it folds biases and norms into others.
What it does not name lies beside this recipe in `remainder.npz`, which `export` writes: 32-bit vectors, few of them.
"""

from pathlib import Path

import numpy as np
import openvino as ov
import torch
from torch import nn

from diffusion.latents import Scaled
from diffusion.unet import denoiser
from export.settings import DEFAULT_FOLDER
from text.encoder import CaptionReader
from text.tokenizer import load
from workspace import Workspace, write_whole

REMAINDER = Path(__file__).resolve().parents[1] / 'remainder.npz'
# Checkpoint → the IRs that hold its matrices, and what the names there have before PyTorch's.
SOURCES = {'text': (['text_encoder'], 'self.encoder.', 'encoder.'), 'unet': (['unet'], 'self.unet.', ''),
           'vae-scaled': (['vae_encoder', 'vae_decoder'], 'self.vae.', '')}


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
    """remainder.npz: of the states by checkpoint, what the IR in `folder` does not name."""
    kept = {}
    for checkpoint, state in states.items():
        named = matrices(folder, checkpoint)
        kept |= {f'{checkpoint}/{name}': value.numpy() for name, value in state.items() if name not in named}
    np.savez_compressed(REMAINDER, **kept)


def published(folder: Path, checkpoint: str, module: nn.Module) -> dict[str, torch.Tensor]:
    """The state of `module`; KeyError names a parameter that neither the IR nor the remainder has."""
    held = matrices(folder, checkpoint)
    with np.load(REMAINDER) as remainder:
        return {name: torch.from_numpy(held[name] if name in held else remainder[f'{checkpoint}/{name}']).reshape(value.shape).to(value.dtype)
                for name, value in module.state_dict().items()}


def run(arguments) -> None:
    work, folder = Workspace(arguments.work), Path(arguments.model or DEFAULT_FOLDER)
    for file in sorted((folder / 'tokenizer').iterdir()):
        work.path('tokenizer', file.name).write_bytes(file.read_bytes())
    tokenizer = load(folder / 'tokenizer')
    for checkpoint, module in {'text': CaptionReader(len(tokenizer)), 'unet': denoiser(), 'vae-scaled': Scaled()}.items():
        state = published(folder, checkpoint, module)
        whole = state if checkpoint == 'vae-scaled' else {'model': state, 'average': state, 'seconds': 0.0, 'step': 0, 'optimisers': []}
        write_whole(work.path('checkpoints', f'{checkpoint}.pt'), lambda path: torch.save(whole, path))
        print(f'restore: {checkpoint}, {sum(value.numel() for value in state.values()):,} numbers')
