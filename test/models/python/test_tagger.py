"""How well a tag is heard, which tags a song has, and the spectrogram that the tagger hears. The tagger itself is no
part of the repository.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tagger
from heard_tags import Clip, area_under_curve, print_table, told_apart
from riff_training.music.song import Song, draw_song
from song_tags import PROGRAMS, STYLES, tags_of
from tagger import MELS, SAMPLE_RATE, TAGS, log_mel, mel_filters

PROMPTS = json.loads((Path(tagger.__file__).parent / 'prompts.json').read_text())


@pytest.mark.parametrize(
    ('there', 'away', 'area'),
    [
        ([3, 4], [1, 2], 1),
        ([1, 2], [3, 4], 0),
        ([1, 4], [2, 3], 0.5),
        ([2], [1, 2, 3, 4], 0.375),  # above one, level with one
        ([5, 5], [5], 0.5),
    ],
)
def test_area_is_the_share_of_pairs_in_order(there: list[float], away: list[float], area: float) -> None:
    assert area_under_curve(there, away) == pytest.approx(area)


def clip(probability: float, **tags: bool) -> Clip:
    return Clip(tags, np.array([probability * (tag == 'rock') for tag in TAGS]))


def test_clips_of_which_nothing_is_certain_count_on_neither_side() -> None:
    clips = [clip(0.6, rock=True)] * 3 + [clip(0.1, rock=False), clip(0.7, rock=False), clip(0.1, rock=False)]
    assert told_apart(clips, 'rock') == pytest.approx(2 / 3)
    assert told_apart([*clips, clip(0.9), clip(0.9, metal=True)], 'rock') == pytest.approx(2 / 3)


def test_a_tag_of_few_clips_has_no_figure() -> None:
    clips = [clip(0.6, rock=True)] * 2 + [clip(0.1, rock=False)] * 9
    assert math.isnan(told_apart(clips, 'rock'))


def test_the_table_has_a_dash_where_there_are_too_few_clips(capsys: pytest.CaptureFixture[str]) -> None:
    clips = [clip(0.6, rock=True)] * 3 + [clip(0.1, rock=False)] * 3
    print_table({'riffs': clips, 'songs': clips[1:]})
    assert capsys.readouterr().out.splitlines() == [
        '| tag | riffs, n = 6 | songs, n = 5 |',
        '| --- | --- | --- |',
        '| rock | 1.00 | – |',
        '| mean | 1.000 | – |',
    ]


def test_every_name_is_a_tag() -> None:
    assert len(TAGS) == len(set(TAGS)) == 50
    assert PROMPTS.keys() | PROGRAMS.keys() | STYLES.keys() <= set(TAGS)
    assert all(set(others) <= PROMPTS.keys() for others in PROMPTS.values())


def song_like(**fields: object) -> Song:
    return replace(draw_song(1), **{'arrangement': 'full', 'density': 1, 'chord_program': None, **fields})


def test_a_rock_band_is_rock_and_may_be_pop() -> None:
    tags = tags_of(song_like(style='rock', lead='electric guitar', bpm=110.0, backing_voices=False))
    assert tags['rock'] and tags['guitar'] and tags['drums']
    assert not any(tags[tag] for tag in ('electronic', 'country', 'piano', 'vocals', 'solo'))
    assert tags.keys().isdisjoint({'pop', 'metal', 'slow', 'fast'})


def test_what_is_no_recording_says_nothing_of_style() -> None:
    tags = tags_of(song_like(style='rock', lead='flute', bpm=150.0))
    assert tags['flute'] and tags['fast'] and not tags['slow']
    assert tags.keys().isdisjoint(STYLES)


def test_a_tone_is_loudest_in_its_band_whatever_its_level() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    heard = log_mel(tone)
    band = int(mel_filters()[:, 1000 * 512 // SAMPLE_RATE].argmax())
    assert heard.shape == (SAMPLE_RATE // 256 + 1, MELS)
    assert (heard[2:-2].argmax(1) == band).all()
    np.testing.assert_allclose(log_mel(tone / 100), heard, atol=0.01)


def test_silence_is_heard_as_silence() -> None:
    assert not log_mel(np.zeros(SAMPLE_RATE)).any()
