"""A song composed into notes by rules."""

import random
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.song import BASS, CHORDS, DRUMS, LEAD, SCALES, VOICES, Note, Song
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import DRUM_PITCH, Style

BARS_BETWEEN_FILLS = 4
FILL_STEPS = 4

#: A step of a bar → seconds from the beginning of the song.
Timing = Callable[[int], float]


def compose(song: Song, seconds: float) -> list[Note]:
    """Notes that begin within `seconds`, by start time; bar 0 begins at 0."""
    rng = random.Random(song.seed + 1)
    style = STYLE[song.style]
    loop = rng.choice(style.loops)
    motifs = [rng.choice(style.motifs) for _ in range(2)]
    chords, bass = rng.choice(style.chords), rng.choice(style.bass)
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
            notes += _own_chords(song, chord, chords, at)
        if CHORDS in song.programs:
            notes += _block(CHORDS, _voicing(chord, 52), chords, at, 74)
        if BASS in song.programs:
            notes += _bass(song, chord, bass, at)
        if VOICES in song.programs:
            notes += _block(VOICES, _voicing(chord, 57), 'x' + '.' * (style.steps - 1), at, 92)
        if song.drums:
            notes += _drums(song, style, bar, at)
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
    return notes


def _own_chords(song: Song, chord: list[int], grid: str, at: Timing) -> list[Note]:
    """What a lead plays below its melody when it is alone."""
    lead = INSTRUMENT[song.lead]
    if song.arrangement != 'solo' or not lead.polyphonic:
        return []
    return _block(LEAD, _voicing(chord, lead.low - 12), grid, at, 76)


def _block(channel: int, pitches: list[int], grid: str, at: Timing, velocity: int) -> list[Note]:
    return [
        Note(at(i), 0.9 * (at(i + gap) - at(i)), channel, pitch, velocity)
        for i, gap in _hits(grid)
        for pitch in pitches
    ]


def _bass(song: Song, chord: list[int], grid: str, at: Timing) -> list[Note]:
    root = 28 + (chord[0] - 28) % 12
    scale = SCALES[song.mode]
    below = next(step for step in range(1, 12) if (root - step - song.key) % 12 in scale)
    shift = {'x': 0, 'X': 0, '3': chord[1] - chord[0], '5': chord[2] - chord[0], '8': 12, '7': -below}
    return [Note(at(i), 0.9 * (at(i + gap) - at(i)), BASS, root + shift[grid[i]], 100) for i, gap in _hits(grid)]


def _drums(song: Song, style: Style, bar: int, at: Timing) -> list[Note]:
    notes = []
    for drum, grid in _pattern(song, style, bar).items():
        kept = grid
        if song.density == 0 and grid.count('.') == 0:
            kept = ''.join(m if i % 2 == 0 else '.' for i, m in enumerate(grid))
        loud = [(i, 120 if kept[i] == 'X' else 96) for i, _ in _hits(kept)]
        notes += [Note(at(i), 0.1, DRUMS, DRUM_PITCH[drum], velocity) for i, velocity in loud]
    return notes


def _pattern(song: Song, style: Style, bar: int) -> dict[str, str]:
    """Of a bar; before each fourth one ends, the fill silences what keeps the beat."""
    pattern = style.drums[song.groove]
    if not song.fills or bar % BARS_BETWEEN_FILLS != BARS_BETWEEN_FILLS - 1:
        return pattern
    begun = {drum: grid[:-FILL_STEPS] for drum, grid in pattern.items()}
    silent, rest = '.' * FILL_STEPS, '.' * (style.steps - FILL_STEPS)
    return {drum: begun.get(drum, rest) + style.fill.get(drum, silent) for drum in {**pattern, **style.fill}}
