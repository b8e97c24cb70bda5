"""Songs as recordings of their style have them, for only those are called by a bare style."""

import random
from dataclasses import replace
from typing import Protocol

from riff_training.music.song import BANDS, Song
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import STYLES

QUIET_STYLES = [style for style in STYLES if not style.usually_drums]


class Shares(Protocol):
    """Of the bands."""

    @property
    def quiet_share(self) -> float: ...  # get a style without drums, of which there are few

    @property
    def usual_lead_share(self) -> float: ...  # get a lead that recordings of their style have

    @property
    def usual_drums_share(self) -> float: ...  # have drums where recordings of their style have them


def as_recorded(song: Song, rng: random.Random, shares: Shares) -> Song:
    """The song, or one nearer to recordings. Only bands change."""
    if song.arrangement not in BANDS:
        return song
    if rng.random() < shares.quiet_share:
        quiet = rng.choice(QUIET_STYLES)
        song = replace(song, style=quiet.name, bpm=rng.choice(quiet.tempi))
    if rng.random() < shares.usual_lead_share:
        song = replace(song, lead=rng.choice(STYLE[song.style].leads))
    if rng.random() < shares.usual_drums_share:
        song = replace(song, arrangement='full' if song.usually_drums else 'no drums')
    return song
