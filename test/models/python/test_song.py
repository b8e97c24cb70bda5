"""The composer: a seed is a song, and the notes are what the song says."""

import hashlib
import json
from dataclasses import asdict, replace

import pytest

from riff_training.music import other_rules
from riff_training.music.composer import FILL_STEPS, compose
from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.song import BANDS, BASS, CHORDS, DRUMS, LEAD, TEMPI, VOICES, draw_song, song_of
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.styles import DRUM_PITCH, STYLES, Style

SEEDS = range(300)
SECONDS = 9.5
SONGS_HASH = '11667f73f3bc52aa63f096470406014052e51f6377c42801fe442084fd877788'  # of the first hundred


@pytest.mark.parametrize('seed', [0, 1, 77, 9_000_123])
def test_a_seed_gives_the_same_notes_again(seed: int) -> None:
    assert compose(draw_song(seed), SECONDS) == compose(draw_song(seed), SECONDS)


def test_the_songs_of_the_first_seeds_stay_what_they_are() -> None:
    """Other songs are other training data. Where the hash changes, the recipe says which weights came from which
    rules.
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


@pytest.mark.parametrize('style', STYLES, ids=lambda style: style.name)
def test_a_style_is_written_out_whole(style: Style) -> None:
    grids = [grid for pattern in style.drums for grid in pattern.values()]
    assert {len(grid) for grid in (*grids, *style.chords, *style.bass, *style.motifs)} == {style.steps}
    assert {len(grid) for grid in style.fill.values()} == {FILL_STEPS}
    assert {drum for pattern in (*style.drums, style.fill) for drum in pattern} <= set(DRUM_PITCH)
    assert set(style.leads) <= set(INSTRUMENT)
    assert TEMPI[0] <= style.tempo[0] < style.tempo[1] <= TEMPI[1]
    assert set(style.volumes) <= {'lead', 'chords', 'bass', 'voices', 'drums'}


def test_any_tempo_is_drawn_for_any_style() -> None:
    songs = [draw_song(seed) for seed in range(6000)]
    for style in STYLES:
        drawn = [song.bpm for song in songs if song.style == style.name]
        assert min(drawn) < TEMPI[0] + 20
        assert max(drawn) > TEMPI[1] - 20


def test_a_fill_ends_every_fourth_bar_and_no_other() -> None:
    song = replace(draw_song(0), style='rock', arrangement='drums', groove=0, fills=True, density=1, bpm=120.0)
    tom = [note.start for note in compose(song, 16.0) if note.pitch == DRUM_PITCH['tom']]
    bar = 2.0
    assert {int(start // bar) for start in tom} == {3, 7}
    assert all(start % bar >= bar * 0.75 for start in tom)
    plain = compose(replace(song, fills=False), 16.0)
    assert not [note for note in plain if note.pitch == DRUM_PITCH['tom']]


def test_a_style_of_recordings_is_drawn_often() -> None:
    bands = [song for song in map(draw_song, range(3000)) if song.arrangement in BANDS]
    assert sum(song.lead in STYLE[song.style].leads for song in bands) > 0.45 * len(bands)


def test_the_song_of_a_recorded_clip() -> None:
    song = draw_song(5)
    assert song_of({**asdict(song), 'window': 4.0}) == song
    earlier = {key: value for key, value in asdict(song).items() if key not in ('groove', 'fills', 'machine')}
    assert song_of(earlier) == replace(song, groove=0, fills=False, machine=False)
