"""The prompts of the evaluation: every one says what the judge will look for."""

import random
from dataclasses import dataclass

from music.instruments import INSTRUMENTS
from music.styles import STYLES


@dataclass(frozen=True)
class Question:
    prompt: str
    style: str
    family: str
    drums: bool
    bpm: float | None = None


def questions(count: int) -> list[Question]:
    """Half bands with drums, a third solos, the rest drums alone; styles and instruments in turn."""
    rng = random.Random(77)
    styles, leads = [], []
    asked = []
    for index in range(count):
        styles = styles or rng.sample(STYLES, len(STYLES))
        leads = leads or rng.sample(INSTRUMENTS, len(INSTRUMENTS))
        style, lead = styles.pop(), leads.pop()
        kind = index % 6
        if kind < 3:
            asked.append(Question(f'{style.name} with {lead.name} and drums', style.name, lead.family, True))
        elif kind < 5:
            asked.append(Question(f'{style.name} {lead.name} solo', style.name, lead.family, False))
        else:
            asked.append(Question(f'{style.name} drum beat', style.name, 'drums', True))
    return asked


def tempo_questions(count: int) -> list[Question]:
    """Drums alone and bands with drums in turn, each with a tempo the style was made at."""
    rng = random.Random(78)
    asked = []
    for index in range(count):
        style = STYLES[index % len(STYLES)]
        bpm = rng.choice(style.tempi)
        lead = rng.choice(INSTRUMENTS)
        head, family = (f'{style.name} with {lead.name} and drums', lead.family) if index % 2 else (f'{style.name} drum beat', 'drums')
        asked.append(Question(f'{head}, {round(bpm)} bpm', style.name, family, True, bpm))
    return asked


# What is asked for, the negative prompt, and the head of the judge that should fall.
NEGATIVES = {
    'drums': ('drums, drum beat', lambda style, lead: f'{style} band with {lead}'),
    'vocals': ('vocals', lambda style, lead: f'{style} choir'),
    'piano': ('piano', lambda style, lead: f'{style}, piano'),
    'bass': ('bass', lambda style, lead: f'{style} {lead} band'),
    'guitar': ('guitar', lambda style, lead: f'{style}, guitar'),
}


def negative_questions(attribute: str, count: int) -> tuple[list[str], str]:
    """(prompts in which the attribute is likely, negative prompt)."""
    negative, phrase = NEGATIVES[attribute]
    rng = random.Random(attribute)
    return [phrase(rng.choice(STYLES).name, rng.choice(INSTRUMENTS).name) for _ in range(count)], negative
