"""The lead instruments: General MIDI program, family, range and how they are played."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    name: str
    family: str
    program: int
    low: int  # lowest MIDI pitch of the melody range
    high: int
    polyphonic: bool  # plays its own chords when alone
    sustained: bool  # notes ring until the next one


INSTRUMENTS = [
    Instrument('piano', 'piano', 0, 60, 84, True, False),
    Instrument('electric piano', 'piano', 4, 60, 81, True, False),
    Instrument('harpsichord', 'piano', 6, 60, 81, True, False),
    Instrument('organ', 'organ', 16, 55, 79, True, True),
    Instrument('accordion', 'organ', 21, 57, 81, True, True),
    Instrument('harmonica', 'organ', 22, 60, 81, False, True),
    Instrument('acoustic guitar', 'guitar', 25, 50, 74, True, False),
    Instrument('electric guitar', 'guitar', 27, 50, 74, True, False),
    Instrument('distorted guitar', 'guitar', 30, 40, 62, False, True),
    Instrument('bass guitar', 'bass', 33, 28, 47, False, False),
    Instrument('slap bass', 'bass', 36, 28, 47, False, False),
    Instrument('violin', 'strings', 40, 60, 86, False, True),
    Instrument('cello', 'strings', 42, 40, 64, False, True),
    Instrument('strings', 'strings', 48, 52, 79, True, True),
    Instrument('trumpet', 'brass', 56, 58, 80, False, True),
    Instrument('trombone', 'brass', 57, 44, 66, False, True),
    Instrument('brass', 'brass', 61, 50, 74, True, True),
    Instrument('saxophone', 'wind', 65, 53, 77, False, True),
    Instrument('clarinet', 'wind', 71, 53, 79, False, True),
    Instrument('flute', 'wind', 73, 64, 88, False, True),
    Instrument('vibraphone', 'mallet', 11, 60, 84, True, False),
    Instrument('marimba', 'mallet', 12, 55, 81, True, False),
    Instrument('bells', 'mallet', 14, 60, 79, False, False),
    Instrument('synth', 'synth', 81, 52, 79, False, True),
    Instrument('synth pad', 'synth', 90, 50, 74, True, True),
    Instrument('choir', 'voice', 52, 52, 76, True, True),
    Instrument('vocals', 'voice', 53, 55, 79, False, True),
    Instrument('harp', 'plucked', 46, 52, 84, True, False),
    Instrument('banjo', 'plucked', 105, 55, 79, False, False),
    Instrument('sitar', 'plucked', 104, 50, 74, False, False),
]

BY_NAME = {instrument.name: instrument for instrument in INSTRUMENTS}
FAMILIES = [
    'piano',
    'organ',
    'guitar',
    'bass',
    'strings',
    'brass',
    'wind',
    'mallet',
    'synth',
    'voice',
    'plucked',
    'drums',
]
PIANO_PROGRAMS = {0, 1, 2, 3, 4, 5}
GUITAR_PROGRAMS = set(range(24, 32))
