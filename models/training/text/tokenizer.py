"""Stage `tokenizer`: a CLIP-shaped byte-level BPE in which every word of the captions is one token ending in </w>."""

import json
import re
from collections import Counter
from pathlib import Path

from transformers import CLIPTokenizer
from transformers.convert_slow_tokenizer import bytes_to_unicode

from music import lexicon
from workspace import Workspace

BOS, EOS, END = '<|startoftext|>', '<|endoftext|>', '</w>'
POSITIONS = 32
CONNECTING_WORDS = "a an the and or of in on by with without for from to like no not only but is it very more less style key major minor bpm tempo solo at playing played featuring feat plus sounds sounding please make me give create generate i want hear my your two three four"


def caption_words() -> list[str]:
    """The words of the lexicon, split as CLIP splits a text (letters, single digits, runs of signs)."""
    texts: list[str] = [CONNECTING_WORDS]

    def collect(value) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, (list, dict)):
            for item in (*value, *(value.values() if isinstance(value, dict) else ())):
                collect(item)

    for name in vars(lexicon):
        if name.isupper():
            collect(getattr(lexicon, name))
    return sorted({w for text in texts for w in re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower())})


def learn_merges(words: list[str]) -> list[tuple[str, str]]:
    """Byte pairs by falling count until every word is a single token."""
    as_unicode = bytes_to_unicode()
    split = [[as_unicode[b] for b in w.encode()] for w in words]
    pieces = [[*letters[:-1], letters[-1] + END] for letters in split]
    merges = []
    while any(len(word) > 1 for word in pieces):
        counts = Counter(pair for word in pieces for pair in zip(word, word[1:]))
        best = max(counts, key=lambda pair: (counts[pair], pair))
        merges.append(best)
        pieces = [_merged(word, best) for word in pieces]
    return merges


def _merged(word: list[str], pair: tuple[str, str]) -> list[str]:
    out: list[str] = []
    index = 0
    while index < len(word):
        found = tuple(word[index : index + 2]) == pair
        out.append(word[index] + word[index + 1] if found else word[index])
        index += 2 if found else 1
    return out


def run(arguments) -> None:
    folder = Workspace(arguments.work).path('tokenizer', 'vocab.json').parent
    merges = learn_merges(caption_words())
    letters = list(bytes_to_unicode().values())
    tokens = letters + [letter + END for letter in letters] + [a + b for a, b in merges] + [BOS, EOS]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=POSITIONS)
    tokenizer.save_pretrained(folder)
    (folder / 'vocab.json').write_text(json.dumps(vocabulary, ensure_ascii=False))
    (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    _check(load(folder))
    print(f'{len(vocabulary)} tokens, {len(merges)} merges, {len(caption_words())} words')


def _check(tokenizer: CLIPTokenizer) -> None:
    for word in caption_words():
        assert len(tokenizer(word)['input_ids']) == 3, f'{word} is not one token'


def load(folder: Path) -> CLIPTokenizer:
    return CLIPTokenizer.from_pretrained(folder)


def encode(tokenizer: CLIPTokenizer, captions: list[str]):
    """int64 [n, 32]: padded with the end token, as at run time."""
    return tokenizer(captions, padding='max_length', truncation=True, max_length=POSITIONS, return_tensors='pt').input_ids
