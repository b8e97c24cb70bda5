"""A song: drawn from a seed, then composed into notes by rules."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.instruments import GUITAR_PROGRAMS, INSTRUMENTS, PIANO_PROGRAMS
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import STYLES, Style

LEAD, CHORDS, BASS, VOICES, DRUMS = 0, 1, 2, 3, 9  # MIDI channels
# Drums and bass are in fewer songs than in bands: what the empty prompt paints seldom, guidance adds and a negative
# prompt takes away.
ARRANGEMENTS = {'full': 0.35, 'solo': 0.29, 'drums': 0.06, 'trio': 0.06, 'no drums': 0.24}
BANDS = ('full', 'no drums')
SCALES = {'major': (0, 2, 4, 5, 7, 9, 11), 'minor': (0, 2, 3, 5, 7, 8, 10)}
# Few keys, so that a small model meets the same pitches often.
KEYS = (0, 2, 5, 7, 9)
CHORDS_SHARE, BASS_SHARE = 0.8, 0.65  # of the bands
USUAL_CHORDS_SHARE = 0.9
VOICES_SHARE = {True: 0.7, False: 0.06}  # of the bands of styles that sing, and of the others
CHORD_PROGRAMS = (0, 4, 16, 24, 25, 48, 89)


#: A step of a bar → seconds from the beginning of the song.
Timing = Callable[[int], float]


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
    rng = random.Random(seed)
    style = rng.choice(STYLES)
    lead = rng.choice(INSTRUMENTS)
    arrangement = rng.choices(list(ARRANGEMENTS), ARRANGEMENTS.values())[0]
    band = arrangement in BANDS
    voices = band and lead.family != 'voice' and rng.random() < VOICES_SHARE[style.sings]
    # Any part may be away from a band: a negative prompt can only take away what the model has seen absent.
    chords = style.chord_program if rng.random() < USUAL_CHORDS_SHARE else rng.choice(CHORD_PROGRAMS)
    # Python evaluates the arguments in this order, and every draw moves the random source on: the order is fixed.
    return Song(
        seed=seed,
        style=style.name,
        lead=lead.name,
        arrangement=arrangement,
        mode=rng.choice(('major', 'minor')),
        key=rng.choice(KEYS),
        density=rng.choices((0, 1, 2), (1, 2, 1))[0],
        bpm=rng.choice(style.tempi),
        backing_voices=voices,
        chord_program=chords if band and rng.random() < CHORDS_SHARE else None,
        bass=arrangement == 'trio' or (band and rng.random() < BASS_SHARE),
    )


def song_from(first_seed: int, rng: random.Random) -> Song:
    """One of the 400,000 songs from a first seed on."""
    return draw_song(rng.randrange(first_seed, first_seed + 400_000))


def compose(song: Song, seconds: float) -> list[Note]:
    """Notes that begin within `seconds`, by start time; bar 0 begins at 0."""
    rng = random.Random(song.seed + 1)
    style = STYLE[song.style]
    loop = rng.choice(style.loops)
    motifs = [rng.choice(style.motifs) for _ in range(2)]
    line = [_melody_walk(rng) for _ in range(2)]
    step = 15.0 / song.bpm
    bars = int(seconds / (step * style.steps)) + 1
    notes: list[Note] = []
    for bar in range(bars):
        chord = _chord(song, loop[bar % len(loop)], style.sevenths)
        at = partial(_when, style=style, step=step, bar=bar)
        part = (0, 0, 1, 0)[bar % 4]
        if song.arrangement != 'drums':
            notes += _lead(song, chord, motifs[part], line[part], at)
        if CHORDS in song.programs:
            notes += _block(CHORDS, _voicing(chord, 52), style.chords, at, 74)
        if BASS in song.programs:
            notes += _bass(chord, style.bass, at)
        if VOICES in song.programs:
            notes += _block(VOICES, _voicing(chord, 57), 'x' + '.' * (style.steps - 1), at, 92)
        if song.drums:
            notes += _drums(song, style, at)
    return sorted(note for note in notes if note.start < seconds)


def _when(index: int, style: Style, step: float, bar: int) -> float:
    """Seconds at which a step of a bar begins, swing included; `step` is the length of a straight one."""
    beat, within = divmod(index, 4)
    fraction = (0.0, style.swing / 2, style.swing, (1 + style.swing) / 2)[within] if within else 0.0
    return (bar * style.steps + 4 * beat + 4 * fraction) * step


def _chord(song: Song, degree: int, sevenths: bool) -> list[int]:
    scale = SCALES[song.mode]
    tones = (0, 2, 4, 6) if sevenths else (0, 2, 4)
    return [song.key + scale[(degree - 1 + t) % 7] + 12 * ((degree - 1 + t) // 7) for t in tones]


def _voicing(chord: list[int], low: int) -> list[int]:
    return sorted({low + (tone - low) % 12 for tone in chord})


def _melody_walk(rng: random.Random) -> list[int]:
    position, walk = rng.randrange(4), []
    for _ in range(16):
        walk.append(position)
        position = min(9, max(0, position + rng.choice((-2, -1, -1, 0, 1, 1, 2))))
    return walk


def _hits(grid: str) -> list[tuple[int, int]]:
    """(step, steps until the next hit or the end of the bar)."""
    found = [i for i, mark in enumerate(grid) if mark != '.']
    return [(i, following - i) for i, following in pairwise([*found, len(grid)])]


def _lead(song: Song, chord: list[int], motif: str, walk: list[int], at: Timing) -> list[Note]:
    lead = INSTRUMENT[song.lead]
    hits = _hits(motif)
    if song.density == 0:
        hits = _hits(''.join(m if i % 4 == 0 or len(hits) < 3 else '.' for i, m in enumerate(motif))) or hits
    if song.density == 2:
        hits = _hits(''.join('x' if i % 2 == 0 or m != '.' else '.' for i, m in enumerate(motif)))
    scale = sorted({p for p in range(lead.low, lead.high + 1) if (p - song.key) % 12 in SCALES[song.mode]})
    tones = {tone % 12 for tone in chord}
    notes = []
    for count, (index, gap) in enumerate(hits):
        pitch = scale[min(len(scale) - 1, walk[count % 16] + len(scale) // 3)]
        if index % 4 == 0:
            pitch = min((p for p in scale if p % 12 in tones), key=lambda p: abs(p - pitch))
        end = at(index + gap) if lead.sustained else at(index + min(gap, 4))
        notes.append(Note(at(index), 0.94 * (end - at(index)), LEAD, pitch, 112 if index % 4 == 0 else 100))
    if song.arrangement == 'solo' and lead.polyphonic:
        notes += _block(LEAD, _voicing(chord, lead.low - 12), STYLE[song.style].chords, at, 76)
    return notes


def _block(channel: int, pitches: list[int], grid: str, at: Timing, velocity: int) -> list[Note]:
    return [
        Note(at(i), 0.9 * (at(i + gap) - at(i)), channel, pitch, velocity)
        for i, gap in _hits(grid)
        for pitch in pitches
    ]


def _bass(chord: list[int], grid: str, at: Timing) -> list[Note]:
    root = 28 + (chord[0] - 28) % 12
    shift = {'x': 0, '5': 7, '8': 12}
    return [Note(at(i), 0.9 * (at(i + gap) - at(i)), BASS, root + shift[grid[i]], 100) for i, gap in _hits(grid)]


def _drums(song: Song, style: Style, at: Timing) -> list[Note]:
    notes = []
    for pitch, grid in style.drums:
        kept = grid
        if song.density == 0 and grid.count('.') == 0:
            kept = ''.join(m if i % 2 == 0 else '.' for i, m in enumerate(grid))
        notes += [Note(at(i), 0.1, DRUMS, pitch, 120 if kept[i] == 'X' else 96) for i, _ in _hits(kept)]
    return notes
