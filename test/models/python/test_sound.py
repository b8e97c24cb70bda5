"""The sound before the pictures: the synthesisers of our own, the room and the compressor."""

import numpy as np
import pytest

from riff_training.music.song import BASS, DRUMS, LEAD, Note
from riff_training.music.styles import DRUM_PITCH
from riff_training.pictures.production import compressed, produced
from riff_training.pictures.spectrogram import SAMPLE_RATE
from riff_training.pictures.synthesis import synthesise

PROGRAMS = {LEAD: 81, BASS: 38, DRUMS: 0}


def loudest_hertz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(spectrum.argmax()) * SAMPLE_RATE / len(sound)


@pytest.mark.parametrize('pitch', [48, 60, 69, 81])
def test_a_synthesiser_plays_the_pitch_it_is_given(pitch: int) -> None:
    sound = synthesise([Note(0.0, 1.0, LEAD, pitch, 100)], PROGRAMS, SAMPLE_RATE)
    assert loudest_hertz(sound) == pytest.approx(440 * 2 ** ((pitch - 69) / 12), rel=0.01)


@pytest.mark.parametrize('channel', [LEAD, BASS, DRUMS])
def test_a_note_is_heard_from_its_beginning_and_no_earlier(channel: int) -> None:
    sound = synthesise([Note(0.5, 0.2, channel, 38, 100)], PROGRAMS, SAMPLE_RATE)
    began = round(0.5 * SAMPLE_RATE)
    assert not sound[:began].any()
    assert np.abs(sound[began : began + 500]).max() > 0.005


def test_the_end_of_the_song_cuts_a_note() -> None:
    assert len(synthesise([Note(0.9, 5.0, LEAD, 60, 100)], PROGRAMS, SAMPLE_RATE)) == SAMPLE_RATE


@pytest.mark.parametrize('drum', DRUM_PITCH)
def test_the_drum_machine_has_every_drum(drum: str) -> None:
    sound = synthesise([Note(0.0, 0.1, DRUMS, DRUM_PITCH[drum], 127)], PROGRAMS, 2 * SAMPLE_RATE)
    assert 0.01 < np.abs(sound).max() < 0.5
    assert np.abs(sound[-SAMPLE_RATE // 10 :]).max() < 0.05 * np.abs(sound).max()


def test_a_room_rings_on_and_none_does_not() -> None:
    click = np.zeros(SAMPLE_RATE, np.float32)
    click[0] = 0.1
    after = slice(SAMPLE_RATE // 50, None)
    assert not produced(click, 0.0)[after].any()
    assert np.abs(produced(click, 0.3)[after]).max() > 0


def test_the_compressor_brings_loud_and_soft_nearer() -> None:
    t = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    loudness = np.where(t < 0.5, 0.1, 0.8)
    held = compressed((loudness * np.sin(2 * np.pi * 200 * t)).astype(np.float32))
    soft, loud = np.abs(held[SAMPLE_RATE // 4 : SAMPLE_RATE // 2]).max(), np.abs(held[-SAMPLE_RATE // 4 :]).max()
    assert soft == pytest.approx(0.1, rel=0.02)
    assert 3 < loud / soft < 7
