"""The styles, read from styles.toml, which says what each field means."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name('styles.toml')
# General MIDI's pitches.
DRUM_PITCH = {
    'kick': 36,
    'rim': 37,
    'snare': 38,
    'clap': 39,
    'low': 41,
    'hat': 42,
    'pedal': 44,
    'tom': 45,
    'open': 46,
    'crash': 49,
    'ride': 51,
    'tambourine': 54,
    'cowbell': 56,
    'conga': 63,
    'timbale': 65,
    'shaker': 70,
    'clave': 75,
}
Pattern = dict[str, str]  # drum → grid


@dataclass(frozen=True, kw_only=True)
class Style:
    name: str
    leads: tuple[str, ...]
    tempo: tuple[int, int]
    tempi: tuple[float, ...]
    swing: float = 0.5
    steps: int = 16
    sevenths: bool = False
    sings: bool = False
    usually_drums: bool = True
    machine: float = 0.0
    room: float
    volumes: dict[str, int] = field(default_factory=dict)
    drums: tuple[Pattern, ...]
    fill: Pattern
    chords: tuple[str, ...]
    chord_programs: tuple[int, ...]
    bass: tuple[str, ...]
    bass_program: int
    loops: tuple[tuple[int, ...], ...]
    motifs: tuple[str, ...]


def _style(name: str, fields: dict[str, Any]) -> Style:
    loops = tuple(tuple(loop) for loop in fields.pop('loops'))
    whole = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    return Style(name=name, loops=loops, **whole)


STYLES = [_style(name, fields) for name, fields in tomllib.loads(FILE.read_text(encoding='utf-8')).items()]
BY_NAME = {style.name: style for style in STYLES}
NAMED_TEMPI = sorted({bpm for style in STYLES for bpm in style.tempi})
