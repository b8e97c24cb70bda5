"""Stage `text`: a small CLIPTextModel that is trained to predict the attributes of a caption, then frozen."""

import random

import torch
from torch import nn
from torch.nn import functional as F
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from riff_training.learning.training import Training, averaged
from riff_training.music.captions import caption, tempo_word
from riff_training.music.instruments import FAMILIES, INSTRUMENTS
from riff_training.music.song import ARRANGEMENTS, Song, song_from
from riff_training.music.styles import NAMED_TEMPI, STYLES
from riff_training.settings import TextSettings
from riff_training.text.tokenizer import POSITIONS, encode, load
from riff_training.workspace import Workspace

WIDTH = 192  # of the hidden states
TRAINING_SONGS, UNSEEN_SONGS = 20_000_000, 30_000_000  # first seeds
CLASSES = {
    'style': [s.name for s in STYLES],
    'lead': [i.name for i in INSTRUMENTS],
    'family': FAMILIES,
    'arrangement': list(ARRANGEMENTS),
    'mode': ['major', 'minor'],
    'density': [0, 1, 2],
    'tempo': ['slow', 'medium', 'fast'],
    'bpm': NAMED_TEMPI,
    **{heard: [False, True] for heard in ('drums', 'vocals', 'piano', 'bass', 'guitar')},
}


def attributes(song: Song) -> dict[str, int]:
    """Attribute → the place of the song's value in CLASSES."""
    values = {
        'style': song.style,
        'lead': song.lead,
        'family': song.family,
        'arrangement': song.arrangement,
        'mode': song.mode,
        'density': song.density,
        'tempo': tempo_word(song.bpm),
        'bpm': min(NAMED_TEMPI, key=lambda bpm: abs(bpm - song.bpm)),
        **song.presence,
    }
    return {name: CLASSES[name].index(value) for name, value in values.items()}


class CaptionReader(nn.Module):
    """The text encoder with a linear head for each attribute; `vocabulary` is its number of tokens. From token ids
    [n, 32] and the `position` [n] whose hidden state is read to logits [n, classes] by attribute.
    """

    def __init__(self, vocabulary: int) -> None:
        super().__init__()
        config = CLIPTextConfig(
            vocab_size=vocabulary,
            hidden_size=WIDTH,
            intermediate_size=3 * WIDTH,
            num_hidden_layers=3,
            num_attention_heads=4,
            max_position_embeddings=POSITIONS,
            bos_token_id=vocabulary - 2,
            eos_token_id=vocabulary - 1,
            pad_token_id=vocabulary - 1,
        )
        self.encoder = CLIPTextModel(config)
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(values)) for name, values in CLASSES.items()})

    def forward(self, ids: torch.Tensor, position: torch.Tensor) -> dict[str, torch.Tensor]:
        hidden = self.encoder(ids).last_hidden_state[torch.arange(len(ids)), position]
        return {name: head(hidden) for name, head in self.heads.items()}


def summary_positions(ids: torch.Tensor, end: int, rng: random.Random | None) -> torch.Tensor:
    """[n]: a random end token (id `end`) of each caption, so that all the padding learns to summarise the caption; the
    first one without `rng`.
    """
    first = (ids == end).int().argmax(1)
    return torch.tensor([int(f) if rng is None else rng.randrange(int(f), POSITIONS) for f in first])


def frozen_encoder(work: Workspace) -> tuple[CLIPTokenizer, CLIPTextModel]:
    """As the stages `tokenizer` and `text` or `wording` left them."""
    tokenizer = load(work.path('tokenizer', 'vocab.json').parent)
    return tokenizer, averaged(work, 'text', CaptionReader(len(tokenizer))).encoder


def _batch(
    tokenizer: CLIPTokenizer, rng: random.Random, first_seed: int, settings: TextSettings
) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """(token ids [n, 32], labels by attribute [n])"""
    songs = [song_from(first_seed, rng) for _ in range(settings.batch)]
    ids = encode(tokenizer, ['' if rng.random() < settings.empty_share else caption(song, rng) for song in songs])
    labels = [attributes(song) for song in songs]
    return ids, {name: torch.tensor([label[name] for label in labels]) for name in CLASSES}


def run(settings: TextSettings) -> None:
    work = Workspace(settings.work)
    rng = random.Random(settings.seed)
    torch.manual_seed(settings.seed)
    tokenizer = load(work.path('tokenizer', 'vocab.json').parent)
    reader = CaptionReader(len(tokenizer))
    training = Training(work, 'text', reader, settings)
    for _ in training.steps():
        ids, labels = _batch(tokenizer, rng, TRAINING_SONGS, settings)
        guesses = reader(ids, summary_positions(ids, len(tokenizer) - 1, rng))
        loss = sum(F.cross_entropy(guesses[name], labels[name]) for name in CLASSES) / len(CLASSES)
        training.update(loss)
        training.note(loss)
    averaged(work, 'text', reader)
    hits = dict.fromkeys(CLASSES, 0.0)
    for _ in range(8):
        ids, labels = _batch(tokenizer, random.Random(rng.random()), UNSEEN_SONGS, settings)
        guesses = reader(ids, summary_positions(ids, len(tokenizer) - 1, None))
        for name in CLASSES:
            hits[name] += (guesses[name].argmax(1) == labels[name]).float().mean().item() / 8
    print('unseen captions:', ', '.join(f'{name} {share:.2f}' for name, share in hits.items()))
