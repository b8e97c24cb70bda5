"""The byte pairs: every word of the captions becomes one token, and the published tokenizer is what the recipe
makes.
"""

import itertools
import json
import random
from pathlib import Path

from riff_training.music.captions import caption
from riff_training.music.song import draw_song
from riff_training.text.vocabulary import END, caption_words, learn_merges, token_ids

PUBLISHED = Path(__file__).resolve().parents[3] / 'models' / 'riff-mini' / 'tokenizer'


def spelled(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """By the rule of BPE: the merge learned first goes first."""
    rank = {pair: index for index, pair in enumerate(merges)}
    pieces = [*word[:-1], word[-1] + END]
    while len(pieces) > 1:
        pairs = list(itertools.pairwise(pieces))
        best = min(pairs, key=lambda pair: rank.get(pair, len(rank)))
        if best not in rank:
            return pieces
        at = pairs.index(best)
        pieces[at : at + 2] = [''.join(best)]
    return pieces


def test_every_word_is_one_token() -> None:
    words = [word for word in caption_words() if word.isascii()]
    merges = learn_merges(caption_words())
    assert [word for word in words if len(spelled(word, merges)) > 1] == []


def test_every_word_of_a_caption_is_known() -> None:
    known = set(caption_words())
    said = set()
    for seed in range(2000):
        text = caption(draw_song(seed), random.Random(seed))
        said |= {word for word in text.replace(',', ' ').split() if word.isalpha()}
    assert said - known == set()


def test_ids_have_no_gaps() -> None:
    ids = token_ids(learn_merges(['low', 'lower', 'newest']))
    assert sorted(ids.values()) == list(range(len(ids)))
    assert ids['low' + END] > 511


def test_the_published_tokenizer_is_the_recipes() -> None:
    merges = learn_merges(caption_words())
    assert json.loads((PUBLISHED / 'vocab.json').read_text()) == token_ids(merges)
    assert (PUBLISHED / 'merges.txt').read_text().splitlines()[1:] == [f'{a} {b}' for a, b in merges]
