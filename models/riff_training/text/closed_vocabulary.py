"""Which words of a text a model with a closed vocabulary reads; the same rules as in src/diffusion/clip-tokenizer.ts.
A known word is read as it is, an unknown one as the known word that is one letter away, and other words are left out.
"""

import unicodedata
from collections.abc import Iterable, Iterator

from riff_conversion.clip_bytes import byte_letters

END = '</w>'
CONTRACTIONS = ("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")
SHORTEST = 5  # letters of a word that is corrected
LETTER_OF = byte_letters()
LETTERS = 'abcdefghijklmnopqrstuvwxyz'


class ClosedVocabulary:
    def __init__(self, tokens: Iterable[str]) -> None:
        """`tokens`: those of a vocabulary, with words' end marks."""
        self._tokens = set(tokens)
        self._read: dict[str, str | None] = {}  # word → what it was read as

    def known_words(self, text: str) -> list[str]:
        found = [self._known(word) for word in _words(unicodedata.normalize('NFC', text).lower())]
        return [word for word in found if word is not None]

    def _known(self, word: str) -> str | None:
        if word not in self._read:
            self._read[word] = word if _token(word) in self._tokens else self._near(word)
        return self._read[word]

    def _near(self, word: str) -> str | None:
        """The longest known word that is one letter away; None if there is none, or several of that length."""
        if len(word) < SHORTEST or not set(word) <= set(LETTERS):
            return None
        others = {other for other in _one_letter_away(word) if len(other) >= SHORTEST - 1}
        near = [other for other in others if other + END in self._tokens]
        longest = [other for other in near if len(other) == max(map(len, near))]
        return longest[0] if len(longest) == 1 else None


def _token(word: str) -> str:
    return ''.join(LETTER_OF[byte] for byte in word.encode()) + END


def _one_letter_away(word: str) -> Iterator[str]:
    """The words that differ by one letter removed, changed or inserted, or by two neighbours exchanged."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _words(text: str) -> Iterator[str]:
    """CLIP's words: contractions, runs of letters, single digits, runs of anything else."""
    start = 0
    while start < len(text):
        mark = next((mark for mark in CONTRACTIONS if text.startswith(mark, start)), None)
        end = start + len(mark) if mark else _end_of_run(text, start)
        if not text[start].isspace():
            yield text[start:end]
        start = end


def _end_of_run(text: str, start: int) -> int:
    kind = _kind(text[start])
    if kind == 'N':
        return start + 1
    return next((at + 1 for at in range(start, len(text) - 1) if _kind(text[at + 1]) != kind), len(text))


def _kind(character: str) -> str:
    """'L' for letters, 'N' for numbers, ' ' for spaces, else '-'."""
    if character.isspace():
        return ' '
    category = unicodedata.category(character)[0]
    return category if category in 'LN' else '-'
