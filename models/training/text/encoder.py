"""Stage `text`: a small CLIPTextModel that first learns what captions say; it is frozen afterwards."""

import random

import torch
from torch import nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModel

from learning.training import Training, averaged
from music.captions import caption, tempo_word
from music.instruments import FAMILIES, INSTRUMENTS
from music.song import ARRANGEMENTS, Song, draw_song
from music.styles import STYLES
from text.tokenizer import POSITIONS, encode, load
from workspace import Workspace

WIDTH, BATCH, EMPTY_SHARE = 192, 64, 0.03
CLASSES = {'style': [s.name for s in STYLES], 'lead': [i.name for i in INSTRUMENTS], 'family': FAMILIES, 'arrangement': list(ARRANGEMENTS),
           'mode': ['major', 'minor'], 'density': [0, 1, 2], 'tempo': ['slow', 'medium', 'fast'],
           'bpm': sorted({bpm for style in STYLES for bpm in style.tempi}),
           **{heard: [False, True] for heard in ('drums', 'vocals', 'piano', 'bass', 'guitar')}}


def attributes(song: Song) -> dict[str, int]:
    values = {'style': song.style, 'lead': song.lead, 'family': song.family, 'arrangement': song.arrangement, 'mode': song.mode,
              'density': song.density, 'tempo': tempo_word(song.bpm), 'bpm': song.bpm, **song.presence}
    return {name: CLASSES[name].index(value) for name, value in values.items()}


class CaptionReader(nn.Module):
    def __init__(self, vocabulary: int):
        super().__init__()
        self.encoder = CLIPTextModel(CLIPTextConfig(
            vocab_size=vocabulary, hidden_size=WIDTH, intermediate_size=3 * WIDTH, num_hidden_layers=3, num_attention_heads=4,
            max_position_embeddings=POSITIONS, bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1, pad_token_id=vocabulary - 1))
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(values)) for name, values in CLASSES.items()})

    def forward(self, ids: torch.Tensor, position: torch.Tensor) -> dict[str, torch.Tensor]:
        hidden = self.encoder(ids).last_hidden_state[torch.arange(len(ids)), position]
        return {name: head(hidden) for name, head in self.heads.items()}


def summary_positions(ids: torch.Tensor, end: int, rng: random.Random | None) -> torch.Tensor:
    """An end token of each caption, drawn anew each time, so that all padding learns to sum the caption up."""
    first = (ids == end).int().argmax(1)
    return torch.tensor([int(f) if rng is None else rng.randrange(int(f), POSITIONS) for f in first])


def frozen_encoder(work: Workspace):
    """(tokenizer, CLIPTextModel) of the finished stages."""
    tokenizer = load(work.path('tokenizer', 'vocab.json').parent)
    return tokenizer, averaged(work, 'text', CaptionReader(len(tokenizer))).encoder


def _batch(tokenizer, rng: random.Random, first_seed: int):
    songs = [draw_song(rng.randrange(first_seed, first_seed + 400_000)) for _ in range(BATCH)]
    ids = encode(tokenizer, ['' if rng.random() < EMPTY_SHARE else caption(song, rng) for song in songs])
    labels = [attributes(song) for song in songs]
    return ids, {name: torch.tensor([label[name] for label in labels]) for name in CLASSES}


def run(arguments) -> None:
    work, rng = Workspace(arguments.work), random.Random(5)
    torch.manual_seed(5)
    tokenizer = load(work.path('tokenizer', 'vocab.json').parent)
    reader = CaptionReader(len(tokenizer))
    training = Training(work, 'text', reader, arguments.minutes or 3, 1e-3, fresh=arguments.fresh)
    for _ in training.steps():
        ids, labels = _batch(tokenizer, rng, 20_000_000)
        guesses = reader(ids, summary_positions(ids, len(tokenizer) - 1, rng))
        loss = sum(F.cross_entropy(guesses[name], labels[name]) for name in CLASSES) / len(CLASSES)
        training.update(loss)
        training.note(loss)
    averaged(work, 'text', reader)
    hits = {name: 0.0 for name in CLASSES}
    for _ in range(8):
        ids, labels = _batch(tokenizer, random.Random(rng.random()), 30_000_000)
        guesses = reader(ids, summary_positions(ids, len(tokenizer) - 1, None))
        for name in CLASSES:
            hits[name] += (guesses[name].argmax(1) == labels[name]).float().mean().item() / 8
    print('unseen captions:', ', '.join(f'{name} {share:.2f}' for name, share in hits.items()))
