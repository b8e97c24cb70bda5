"""Makes songs like recordings of their style: a caption that is a style by itself is only given to those."""

import random
from dataclasses import replace

from riff_training.music.song import BANDS, Song
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import STYLES
from riff_training.settings import WordingSettings

QUIET_STYLES = [style for style in STYLES if not style.usually_drums]


def as_recorded(song: Song, rng: random.Random, settings: WordingSettings) -> Song:
    """The song, or one that is more like recordings; only bands are changed."""
    if song.arrangement not in BANDS:
        return song
    if rng.random() < settings.quiet_share:
        quiet = rng.choice(QUIET_STYLES)
        song = replace(song, style=quiet.name, bpm=rng.choice(quiet.tempi))
    if rng.random() < settings.usual_lead_share:
        song = replace(song, lead=rng.choice(STYLE[song.style].leads))
    if rng.random() < settings.usual_drums_share:
        song = replace(song, arrangement='full' if song.usually_drums else 'no drums')
    return song
