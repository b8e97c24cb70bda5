"""Stage `restore`: turns the published weights back into checkpoints in the working data, to continue training
without the original checkpoints.
"""

from pathlib import Path

import torch
from torch import nn

from riff_training.diffusion.latents import Scaled
from riff_training.diffusion.unet import denoiser
from riff_training.export.remainder import FILE, published
from riff_training.learning.training import save_tensors
from riff_training.settings import STUDENT, RestoreSettings, TokenizerSettings
from riff_training.text import tokenizer
from riff_training.text.encoder import CaptionReader
from riff_training.text.wording import TAUGHT
from riff_training.workspace import Workspace

EMBEDDING = 'encoder.embeddings.token_embedding.weight'


def run(settings: RestoreSettings) -> None:
    work = Workspace(settings.work)
    folder = settings.model
    if not (folder / FILE).exists():
        raise SystemExit(
            f'restore: expected {FILE} in {folder}, as `export` writes it, found none; give another --model'
        )
    tokenizer.run(TokenizerSettings(work=settings.work))
    for checkpoint, module in _modules(folder).items():
        state = published(folder, checkpoint, module)
        if checkpoint == 'text':
            state = _with_the_words_of(work, folder, state)
            _save(work.path('checkpoints', f'{TAUGHT}.pt'), checkpoint, state)
        _save(work.path('checkpoints', f'{checkpoint}.pt'), checkpoint, state)
        print(f'restore: {checkpoint}, {sum(value.numel() for value in state.values()):,} numbers')


def _with_the_words_of(work: Workspace, folder: Path, state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The state for the recipe's own tokenizer, which may know more words than the published one: what both know
    keeps its embedding, what is new begins at random.
    """
    before = tokenizer.load(folder / 'tokenizer').get_vocab()
    after = tokenizer.load(work.path('tokenizer', 'vocab.json').parent).get_vocab()
    published_rows = state[EMBEDDING]
    rows = published_rows.std() * torch.randn(
        len(after), published_rows.shape[1], generator=torch.Generator().manual_seed(1)
    )
    for token in after.keys() & before.keys():
        rows[after[token]] = published_rows[before[token]]
    return {**state, EMBEDDING: rows}


def _modules(folder: Path) -> dict[str, nn.Module]:
    reader = CaptionReader(len(tokenizer.load(folder / 'tokenizer')))
    modules = {'text': reader, 'unet': denoiser(), 'vae-scaled': Scaled()}
    return {**modules, 'student': denoiser()} if (folder / STUDENT).exists() else modules


def _save(path: Path, checkpoint: str, state: dict[str, torch.Tensor]) -> None:
    """Saves as the training stages do; of the scaled autoencoder only the state."""
    training = {'model': state, 'average': state, 'seconds': 0.0, 'step': 0, 'optimizers': []}
    whole = state if checkpoint == 'vae-scaled' else training
    save_tensors(path, whole)
