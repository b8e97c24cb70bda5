"""A song: drawn from a seed."""

import random
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.instruments import GUITAR_PROGRAMS, INSTRUMENTS, PIANO_PROGRAMS
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import STYLES

LEAD, CHORDS, BASS, VOICES, DRUMS = 0, 1, 2, 3, 9  # MIDI channels
# Drums and bass are in fewer songs than in bands: what the empty prompt paints seldom, guidance adds and a negative
# prompt takes away.
ARRANGEMENTS = {'full': 0.35, 'solo': 0.29, 'drums': 0.06, 'trio': 0.06, 'no drums': 0.24}
BANDS = ('full', 'no drums')
SCALES = {'major': (0, 2, 4, 5, 7, 9, 11), 'minor': (0, 2, 3, 5, 7, 8, 10)}
TEMPI = (60, 180)  # beats a minute, any whole number between
STYLE_TEMPO_SHARE = 0.6  # of the songs, beside those that draw such a tempo from all
USUAL_LEAD_SHARE = 0.5  # of the bands, beside those that draw such a lead from all
FILLS_SHARE = 0.6  # of the songs with drums
CHORDS_SHARE, BASS_SHARE = 0.8, 0.65  # of the bands
USUAL_CHORDS_SHARE = 0.9
VOICES_SHARE = {True: 0.7, False: 0.06}  # of the bands of styles that sing, and of the others
CHORD_PROGRAMS = (0, 4, 16, 24, 25, 48, 89)


class Note(NamedTuple):
    start: float  # seconds
    length: float
    channel: int
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Song:
    seed: int
    style: str
    lead: str
    arrangement: str
    mode: str
    key: int
    density: int  # 0 sparse, 1 plain, 2 busy
    bpm: float
    backing_voices: bool
    chord_program: int | None  # General MIDI; None: nobody accompanies
    bass: bool
    # Clips of earlier rules say nothing of these three.
    groove: int = 0  # which of the style's drum patterns
    fills: bool = False  # the drums end every fourth bar with a fill
    machine: bool = False  # drum machine and synthesisers instead of the soundfont's

    @property
    def drums(self) -> bool:
        return self.arrangement in ('full', 'trio', 'drums')

    @property
    def usually_drums(self) -> bool:
        return STYLE[self.style].usually_drums

    @property
    def is_recording(self) -> bool:
        """Whether this is a band as most recordings of the style have it, drums aside."""
        return self.arrangement in BANDS and self.lead in STYLE[self.style].leads

    @property
    def family(self) -> str:
        return 'drums' if self.arrangement == 'drums' else INSTRUMENT[self.lead].family

    @property
    def programs(self) -> dict[int, int]:
        """MIDI channel → General MIDI program, for the channels that sound."""
        style, sounding = STYLE[self.style], {}
        if self.arrangement != 'drums':
            sounding[LEAD] = INSTRUMENT[self.lead].program
        if self.chord_program is not None:
            sounding[CHORDS] = self.chord_program
        if self.bass and self.family != 'bass':
            sounding[BASS] = style.bass_program
        if self.backing_voices:
            sounding[VOICES] = 52
        return sounding

    @property
    def presence(self) -> dict[str, bool]:
        """What can be heard, for negative prompts and their measurement."""
        programs = set(self.programs.values())
        return {
            'drums': self.drums,
            'vocals': self.backing_voices or self.family == 'voice',
            'piano': bool(programs & PIANO_PROGRAMS),
            'bass': BASS in self.programs or self.family == 'bass',
            'guitar': bool(programs & GUITAR_PROGRAMS),
        }


def song_of(clip: dict[str, Any]) -> Song:
    """The song of a clip as `data` recorded it: the song's own fields, and the window that the clip shows."""
    return Song(**{key: value for key, value in clip.items() if key != 'window'})


def draw_song(seed: int) -> Song:
    # Python evaluates the arguments in this order, and every draw moves the random source on: the order is fixed.
    rng = random.Random(seed)
    style = rng.choice(STYLES)
    arrangement = rng.choices(list(ARRANGEMENTS), ARRANGEMENTS.values())[0]
    band = arrangement in BANDS
    usual_lead = band and rng.random() < USUAL_LEAD_SHARE
    lead = INSTRUMENT[rng.choice(style.leads)] if usual_lead else rng.choice(INSTRUMENTS)
    voices = band and lead.family != 'voice' and rng.random() < VOICES_SHARE[style.sings]
    # Any part may be away from a band: a negative prompt can only take away what the model has seen absent.
    usual_chords = rng.random() < USUAL_CHORDS_SHARE
    chords = rng.choice(style.chord_programs if usual_chords else CHORD_PROGRAMS)
    return Song(
        seed=seed,
        style=style.name,
        lead=lead.name,
        arrangement=arrangement,
        mode=rng.choice(('major', 'minor')),
        key=rng.randrange(12),
        density=rng.choices((0, 1, 2), (1, 2, 1))[0],
        bpm=float(rng.randint(*(style.tempo if rng.random() < STYLE_TEMPO_SHARE else TEMPI))),
        backing_voices=voices,
        chord_program=chords if band and rng.random() < CHORDS_SHARE else None,
        bass=arrangement == 'trio' or (band and rng.random() < BASS_SHARE),
        groove=rng.randrange(len(style.drums)),
        fills=rng.random() < FILLS_SHARE,
        machine=rng.random() < style.machine,
    )


def song_from(first_seed: int, rng: random.Random) -> Song:
    """One of the 400,000 songs from a first seed on, for captions: at a tempo that they name."""
    song = draw_song(rng.randrange(first_seed, first_seed + 400_000))
    return replace(song, bpm=rng.choice(STYLE[song.style].tempi))
