"""prompt_words.json: the words for prompts, by kind, the commonest first, which programs show and complete."""

from collections.abc import Iterable
from itertools import chain, zip_longest

from riff_training.music import lexicon as words
from riff_training.music.instruments import INSTRUMENTS
from riff_training.music.styles import STYLES


def prompt_words() -> dict[str, list[str]]:
    """Contains no word twice."""
    kinds: dict[str, Iterable[str]] = {
        'styles': [style.name for style in STYLES],
        'instruments': [instrument.name for instrument in INSTRUMENTS],
        'tempo': _by_turns(words.TEMPO.values()),
        'moods': _by_turns([*words.MOODS.values(), words.CALM, words.ENERGETIC]),
        'others': chain(
            *words.STYLE_WORDS.values(),
            *words.LEAD_WORDS.values(),
            *words.HEARD.values(),
            *words.ABSENT.values(),
            *words.DENSITY,
            words.BAND,
            words.DRUM_SOLO,
        ),
    }
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for kind, said in kinds.items():
        found[kind] = [word for word in dict.fromkeys(said) if word not in seen]
        seen.update(found[kind])
    return found


def _by_turns(lists: Iterable[list[str]]) -> list[str]:
    """The first word of each list, then the second of each, and so on."""
    return [word for row in zip_longest(*lists) for word in row if word is not None]
