"""The composer: a seed is a song, and the notes are what the song says."""

import hashlib
import json
from dataclasses import asdict

import pytest

from riff_training.music import other_rules
from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.song import BASS, CHORDS, DRUMS, LEAD, VOICES, compose, draw_song, song_of
from riff_training.music.styles import STYLES

SEEDS = range(300)
SECONDS = 9.5
SONGS_HASH = '9ccdd8c70ef81d2f1d4f9a9ccd2692eed106b1ba35ec38f6434670cc23b3f289'  # of the first hundred


@pytest.mark.parametrize('seed', [0, 1, 77, 9_000_123])
def test_a_seed_gives_the_same_notes_again(seed: int) -> None:
    assert compose(draw_song(seed), SECONDS) == compose(draw_song(seed), SECONDS)


def test_the_songs_of_the_first_seeds_stay_what_they_are() -> None:
    """The published weights were trained on them. Another composer is another model: then this hash changes with the
    model's version.
    """
    songs = [draw_song(seed) for seed in range(100)]
    told = json.dumps([[asdict(song), compose(song, SECONDS)] for song in songs])
    assert hashlib.sha256(told.encode()).hexdigest() == SONGS_HASH


def test_channels_are_those_of_the_song() -> None:
    for seed in SEEDS:
        song = draw_song(seed)
        sounding = set(song.programs) | ({DRUMS} if song.drums else set())
        for rules in (compose, other_rules.compose):
            assert {note.channel for note in rules(song, SECONDS)} <= sounding


def test_a_part_that_is_present_is_heard() -> None:
    for seed in SEEDS:
        song = draw_song(seed)
        channels = {note.channel for note in compose(song, SECONDS)}
        if song.arrangement != 'drums':
            assert LEAD in channels
        for channel in (CHORDS, BASS, VOICES):
            assert (channel in channels) == (channel in song.programs)
        assert (DRUMS in channels) == song.drums


def test_notes_begin_in_time_and_have_a_length() -> None:
    for seed in SEEDS:
        notes = compose(draw_song(seed), SECONDS)
        assert notes == sorted(notes)
        assert all(0 <= note.start < SECONDS and note.length > 0 for note in notes)
        assert all(0 <= note.pitch < 128 and 0 < note.velocity < 128 for note in notes)


def test_a_melody_keeps_to_its_instruments_range() -> None:
    for seed in SEEDS:
        song = draw_song(seed)
        lead = INSTRUMENT[song.lead]
        lowest = lead.low - 12 if song.arrangement == 'solo' and lead.polyphonic else lead.low
        pitches = [note.pitch for note in compose(song, SECONDS) if note.channel == LEAD]
        assert all(lowest <= pitch <= lead.high for pitch in pitches)


def test_every_style_has_grids_of_its_length() -> None:
    for style in STYLES:
        grids = [grid for _, grid in style.drums] + [style.chords, style.bass, *style.motifs]
        assert {len(grid) for grid in grids} == {style.steps}, style.name


def test_the_song_of_a_recorded_clip() -> None:
    song = draw_song(5)
    assert song_of({**asdict(song), 'window': 4.0}) == song
