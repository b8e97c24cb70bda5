"""Stage `restore`: takes the published weights back into the working data, to train on where the checkpoints are
gone.
"""

from pathlib import Path

import torch
from torch import nn

from riff_training.diffusion.latents import Scaled
from riff_training.diffusion.unet import denoiser
from riff_training.export.remainder import FILE, published
from riff_training.settings import RestoreSettings
from riff_training.text.encoder import CaptionReader
from riff_training.text.tokenizer import load
from riff_training.workspace import Workspace, write_whole


def run(settings: RestoreSettings) -> None:
    work = Workspace(settings.work)
    folder = settings.model
    if not (folder / FILE).exists():
        raise SystemExit(
            f'restore: expected {FILE} in {folder}, as `export` writes it, found none; give another --model'
        )
    for file in sorted((folder / 'tokenizer').iterdir()):
        work.path('tokenizer', file.name).write_bytes(file.read_bytes())
    for checkpoint, module in _modules(folder).items():
        state = published(folder, checkpoint, module)
        _save(work.path('checkpoints', f'{checkpoint}.pt'), checkpoint, state)
        print(f'restore: {checkpoint}, {sum(value.numel() for value in state.values()):,} numbers')


def _modules(folder: Path) -> dict[str, nn.Module]:
    reader = CaptionReader(len(load(folder / 'tokenizer')))
    return {'text': reader, 'unet': denoiser(), 'vae-scaled': Scaled()}


def _save(path: Path, checkpoint: str, state: dict[str, torch.Tensor]) -> None:
    """As the training stages save; the scaled autoencoder is its state alone."""
    training = {'model': state, 'average': state, 'seconds': 0.0, 'step': 0, 'optimizers': []}
    whole = state if checkpoint == 'vae-scaled' else training
    write_whole(path, lambda target: torch.save(whole, target))
