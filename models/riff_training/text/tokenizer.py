"""Stage `tokenizer`: a CLIP-shaped byte-level BPE in which every word of the captions is one token ending in </w>."""

import json
from functools import cache
from pathlib import Path

import torch
from transformers import CLIPTokenizer

from riff_training.settings import TokenizerSettings
from riff_training.text.closed_vocabulary import ClosedVocabulary
from riff_training.text.vocabulary import caption_words, learn_merges, token_ids
from riff_training.workspace import Workspace

POSITIONS = 32


def run(settings: TokenizerSettings) -> None:
    folder = Workspace(settings.work).path('tokenizer', 'vocab.json').parent
    words = caption_words()
    merges = learn_merges(words)
    vocabulary = token_ids(merges)
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=POSITIONS)
    tokenizer.save_pretrained(folder)
    (folder / 'vocab.json').write_text(json.dumps(vocabulary, ensure_ascii=False))
    (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    _check(load(folder), words)
    print(f'{len(vocabulary)} tokens, {len(merges)} merges, {len(words)} words')


def _check(tokenizer: CLIPTokenizer, words: list[str]) -> None:
    for word in words:
        assert len(tokenizer(word)['input_ids']) == 3, f'{word} is not one token'


def load(folder: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(folder)


def encode(tokenizer: CLIPTokenizer, captions: list[str]) -> torch.Tensor:
    """int64 [n, 32]: the words that the vocabulary knows, padded with the end token, as at run time."""
    closed = _closed(tokenizer)
    return tokenizer(
        [' '.join(closed.known_words(caption)) for caption in captions],
        padding='max_length',
        truncation=True,
        max_length=POSITIONS,
        return_tensors='pt',
    ).input_ids


@cache
def _closed(tokenizer: CLIPTokenizer) -> ClosedVocabulary:
    return ClosedVocabulary(tokenizer.get_vocab())
