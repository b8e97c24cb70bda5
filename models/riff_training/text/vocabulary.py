"""The words of the captions and the merges of byte pairs that make every one of them a single token."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from riff_conversion.clip_bytes import byte_letters
from riff_training.music import lexicon

BOS, EOS, END = '<|startoftext|>', '<|endoftext|>', '</w>'
CONNECTING_WORDS = """
    a an the and or of in on by with without for from to like no not only but is it very more less style key major minor
    bpm tempo solo at playing played featuring feat plus sounds sounding please make me give create generate i want hear
    my your two three four just only s is
"""


def caption_words() -> list[str]:
    """The words of the lexicon, split as CLIP splits a text (letters, single digits, runs of signs)."""
    texts = [CONNECTING_WORDS]
    for name, value in vars(lexicon).items():
        if name.isupper():
            texts.extend(_strings(value))
    return sorted({word for text in texts for word in re.findall(r'[a-z]+|[0-9]|[^\sa-z0-9]+', text.lower())})


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def learn_merges(words: list[str]) -> list[tuple[str, str]]:
    """Byte pairs by falling count until every word is a single token."""
    letter_of = byte_letters()
    split = [[letter_of[byte] for byte in word.encode()] for word in words]
    pieces = [[*letters[:-1], letters[-1] + END] for letters in split]
    counts: Counter[tuple[str, str]] = Counter()
    having = defaultdict(set)  # pair → the words that have or had it
    for index, word in enumerate(pieces):
        _count(word, index, 1, counts, having)
    merges = []
    while counts:
        best = max(counts, key=lambda pair: (counts[pair], pair))
        merges.append(best)
        for index in having[best]:
            _count(pieces[index], index, -1, counts, having)
            pieces[index] = _merged(pieces[index], best)
            _count(pieces[index], index, 1, counts, having)
    return merges


def _count(
    word: list[str],
    index: int,
    sign: int,
    counts: Counter[tuple[str, str]],
    having: defaultdict[tuple[str, str], set[int]],
) -> None:
    """Counts the pairs of a word in (1) or out (−1)."""
    for pair in pairwise(word):
        counts[pair] += sign
        if counts[pair] == 0:
            del counts[pair]
        if sign == 1:
            having[pair].add(index)


def _merged(word: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    index = 0
    while index < len(word):
        found = tuple(word[index : index + 2]) == pair
        out.append(word[index] + word[index + 1] if found else word[index])
        index += 2 if found else 1
    return out


def token_ids(merges: list[tuple[str, str]]) -> dict[str, int]:
    """Token → id: the letters, the letters that end a word, the merges, the two special tokens."""
    letters = list(byte_letters().values())
    tokens = [*letters, *(letter + END for letter in letters), *(first + second for first, second in merges), BOS, EOS]
    return {token: index for index, token in enumerate(dict.fromkeys(tokens))}
