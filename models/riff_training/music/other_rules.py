"""Held-out composing rules: the same songs played differently, to test what a classifier has learned."""

import random

from riff_training.music.composer import compose as compose_by_the_main_rules
from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.song import LEAD, SCALES, Note, Song
from riff_training.music.styles import BY_NAME as STYLE


def compose(song: Song, seconds: float) -> list[Note]:
    """Band parts with human timing; the lead plays broken chords and rests instead of motifs."""
    rng = random.Random(song.seed + 11)
    band = [note for note in compose_by_the_main_rules(song, seconds) if note.channel != LEAD]
    loose = [
        note._replace(
            start=max(0.0, note.start + rng.gauss(0, 0.008)), velocity=max(30, note.velocity - rng.randrange(24))
        )
        for note in band
    ]
    return sorted(loose + ([] if song.arrangement == 'drums' else _broken_chords(song, seconds, rng)))


def _broken_chords(song: Song, seconds: float, rng: random.Random) -> list[Note]:
    lead, eighth = INSTRUMENT[song.lead], 30 / song.bpm
    loop = rng.choice(STYLE[song.style].loops)
    notes, now, index = [], 0.0, 0
    while now < seconds:
        degree = loop[index // 8 % len(loop)] - 1
        tone = (degree + rng.choice((0, 2, 4, 7))) % 7
        pitch = lead.low + (song.key + SCALES[song.mode][tone] - lead.low) % 12
        length = eighth * rng.choice((1, 1, 2))
        if rng.random() < 0.8:
            notes.append(Note(now, 0.9 * length, LEAD, pitch + 12 * (rng.random() < 0.4), 96 + rng.randrange(20)))
        now, index = now + length, index + 1
    return notes
