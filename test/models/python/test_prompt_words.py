"""What programs may propose for a prompt: words that the model knows, as the recipe publishes them."""

import json
import re
from pathlib import Path

from riff_training.export.prompt_words import prompt_words
from riff_training.text.vocabulary import caption_words

PUBLISHED = Path(__file__).resolve().parents[3] / 'models' / 'riff-mini' / 'prompt_words.json'


def test_published_words_are_those_of_the_recipe() -> None:
    assert json.loads(PUBLISHED.read_text()) == prompt_words()


def test_every_word_is_known_and_stands_once() -> None:
    words = [word for kind in prompt_words().values() for word in kind]
    assert len(set(words)) == len(words)
    said = {part for word in words for part in re.findall(r'[a-z]+|[0-9]|[^\sa-z0-9]+', word)}
    assert said - set(caption_words()) == set()
