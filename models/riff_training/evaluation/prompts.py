"""The prompts of the evaluation, each with the attributes that the judge has to find in its picture."""

import random
from dataclasses import dataclass

from riff_training.music.instruments import GUITAR_PROGRAMS, INSTRUMENTS, PIANO_PROGRAMS
from riff_training.music.styles import STYLES


@dataclass(frozen=True)
class Question:
    """What a picture should have: that of a prompt, or of a real clip, whose prompt is empty."""

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
        head, family = (
            (f'{style.name} with {lead.name} and drums', lead.family)
            if index % 2
            else (f'{style.name} drum beat', 'drums')
        )
        asked.append(Question(f'{head}, {round(bpm)} bpm', style.name, family, True, bpm))
    return asked


@dataclass(frozen=True)
class Negative:
    """A negative prompt that should take an attribute away, and the prompts that it is tried with."""

    words: str  # the negative prompt
    styles: list[str]  # whose bands have the attribute without being asked
    family: str | None  # leads of this family bring the attribute by themselves
    named: str  # what, behind a style, asks for the attribute

    def prompts(self, attribute: str, count: int) -> tuple[list[str], list[str]]:
        """(prompts that do not name the attribute, prompts that do)"""
        rng = random.Random(attribute)
        leads = [lead.name for lead in INSTRUMENTS if lead.family != self.family]
        return (
            [f'{rng.choice(self.styles)} band with {rng.choice(leads)}' for _ in range(count)],
            [f'{rng.choice(STYLES).name} {self.named}' for _ in range(count)],
        )


def _with_chords(programs: set[int]) -> list[str]:
    return [style.name for style in STYLES if style.chord_programs[0] in programs]


ALL_STYLES = [style.name for style in STYLES]
NEGATIVES = {
    'drums': Negative('drums, drum beat', ALL_STYLES, None, 'with drums'),
    'vocals': Negative('vocals', [style.name for style in STYLES if style.sings], 'voice', 'choir'),
    'piano': Negative('piano', _with_chords(PIANO_PROGRAMS), 'piano', 'piano'),
    'bass': Negative('bass', ALL_STYLES, 'bass', 'bass line and drums'),
    'guitar': Negative('guitar', _with_chords(GUITAR_PROGRAMS), 'guitar', 'guitar'),
}
