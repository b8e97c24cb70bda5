"""What a closed vocabulary reads of a text; test/diffusion/closed-vocabulary.test.ts reads the same table."""

import json
from pathlib import Path

from riff_training.text.closed_vocabulary import END, ClosedVocabulary

ROOT = Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / 'test/golden/diffusion/closed-vocabulary.json').read_text(encoding='utf-8'))
TOKENS = json.loads((ROOT / 'models/riff-mini/tokenizer/vocab.json').read_text(encoding='utf-8'))


def test_known_words_are_read_and_those_a_letter_away_from_one() -> None:
    vocabulary = ClosedVocabulary(TOKENS)
    read = {text: ' '.join(vocabulary.known_words(text)) for text, _ in GOLDEN['texts']}
    assert read == dict(GOLDEN['texts'])


def test_the_longest_of_the_near_words_is_read_and_of_two_neither() -> None:
    tokens = {word + END for word in ('metal', 'petal', 'drum', 'drums')}
    assert ClosedVocabulary(tokens).known_words('hetal metall drumz') == ['metal', 'drums']
