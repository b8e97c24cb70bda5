"""Songs → one MIDI file per chunk → FluidSynth, and the synthesisers of our own → production → pictures. Each chunk is
made from its number alone.
"""

import json
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import mido
import numpy as np

from riff_training.music import other_rules
from riff_training.music.composer import compose
from riff_training.music.song import BASS, CHORDS, DRUMS, LEAD, VOICES, Note, Song, draw_song
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.pictures.production import produced
from riff_training.pictures.spectrogram import CLIP_SAMPLES, SAMPLE_RATE, picture
from riff_training.pictures.synthesis import SYNTH_PROGRAMS, synthesise
from riff_training.workspace import CLIPS_PER_SONG, SONGS_PER_CHUNK, Workspace, save_array, write_whole

SOUNDFONT = '/usr/share/sounds/sf2/FluidR3_GM.sf2'
TICKS_PER_SECOND = 1000
CLIP_SECONDS = CLIP_SAMPLES / SAMPLE_RATE
GAP_SECONDS = 0.3
Composer = Callable[[Song, float], list[Note]]
PARTS = {LEAD: 'lead', CHORDS: 'chords', BASS: 'bass', VOICES: 'voices', DRUMS: 'drums'}
VOLUMES = {'lead': 110, 'chords': 102, 'bass': 96, 'voices': 104, 'drums': 100}  # of 127


class Placed(NamedTuple):
    song: Song
    origin: float  # where the song begins in the chunk; seconds, as all the others
    windows: list[float]  # where its clips begin in the song
    length: float  # up to the end of the last clip
    notes: list[Note]


def clip_starts(song: Song) -> list[float]:
    """Seconds: the first clip begins with bar 0, the second anywhere in a bar."""
    rng = random.Random(song.seed + 2)
    return [0.0, round(3.0 + rng.random() * STYLE[song.style].steps / 4 * 60 / song.bpm, 3)]


def machine_channels(song: Song) -> dict[int, int]:
    """Channel → program of the parts that our own synthesisers play; the program of the drums says nothing."""
    if not song.machine:
        return {}
    synths = {channel: program for channel, program in song.programs.items() if program in SYNTH_PROGRAMS}
    return synths | ({DRUMS: 0} if song.drums else {})


def render_chunk(work: Workspace, number: int, rules: str = 'main') -> int:
    """Writes clips/<rules>-<number>.npy and .json; the .json last, to mark the chunk as complete."""
    base = 0 if rules == 'main' else 9_000_000
    songs = [draw_song(base + number * SONGS_PER_CHUNK + i) for i in range(SONGS_PER_CHUNK)]
    composer = compose if rules == 'main' else other_rules.compose
    pictures = np.empty((len(songs) * CLIPS_PER_SONG, 512, 512), np.uint8)
    clips = []
    for song, windows, sound in rendered(songs, composer):
        for window in windows:
            first = round(window * SAMPLE_RATE)
            pictures[len(clips)] = picture(sound[first : first + CLIP_SAMPLES])
            clips.append({**asdict(song), 'window': window})
    save_array(work.path('clips', f'{rules}-{number:04d}.npy'), pictures)
    write_whole(work.path('clips', f'{rules}-{number:04d}.json'), lambda p: p.write_text(json.dumps(clips)))
    return len(clips)


def rendered(songs: list[Song], composer: Composer = compose) -> Iterator[tuple[Song, list[float], np.ndarray]]:
    """Each song with the seconds at which its clips begin and its sound (mono float32 up to the end of the last)."""
    plan: list[Placed] = []
    start = 0.05
    for song in songs:
        windows = clip_starts(song)
        length = windows[-1] + CLIP_SECONDS
        plan.append(Placed(song, start, windows, length, composer(song, length)))
        start += length + GAP_SECONDS
    with tempfile.TemporaryDirectory() as folder:
        audio = _played(_midi(plan), Path(folder), start)
    for placed in plan:
        yield placed.song, placed.windows, _sound(placed, audio[round(placed.origin * SAMPLE_RATE) :])


def _sound(placed: Placed, played: np.ndarray) -> np.ndarray:
    """Of a song: what the soundfont played from its beginning on, with synthesisers, room and compressor."""
    song, count = placed.song, round(placed.length * SAMPLE_RATE) + 1
    machines = machine_channels(song)
    notes = [note for note in placed.notes if note.channel in machines]
    room = STYLE[song.style].room * random.Random(song.seed + 3).uniform(0.5, 1.5)
    return produced(played[:count] + synthesise(notes, machines, count), room)


def _midi(plan: list[Placed]) -> mido.MidiFile:
    events: list[tuple[float, int, mido.Message]] = []
    for song, origin, _, length, notes in plan:
        end = origin + length
        machines = machine_channels(song)
        volumes = VOLUMES | STYLE[song.style].volumes
        for channel in (*song.programs, DRUMS):
            program = song.programs.get(channel, 0)
            volume = volumes[PARTS[channel]]
            events.append((origin - 0.04, 0, mido.Message('program_change', channel=channel, program=program)))
            events.append((origin - 0.04, 1, mido.Message('control_change', channel=channel, control=7, value=volume)))
            events.append((end + 0.1, 3, mido.Message('control_change', channel=channel, control=120, value=0)))
        for note in (note for note in notes if note.channel not in machines):
            on, off = origin + note.start, min(end, origin + note.start + note.length)
            events.append(
                (on, 2, mido.Message('note_on', channel=note.channel, note=note.pitch, velocity=note.velocity))
            )
            events.append((off, 1, mido.Message('note_off', channel=note.channel, note=note.pitch)))
    track, now = mido.MidiTrack(), 0
    for seconds, _, message in sorted(events, key=lambda event: event[:2]):
        tick = max(now, round(seconds * TICKS_PER_SECOND))
        track.append(message.copy(time=tick - now))
        now = tick
    # 500 ticks a beat at the default 120 beats a minute is one tick a millisecond.
    return mido.MidiFile(ticks_per_beat=TICKS_PER_SECOND // 2, tracks=[track])


def _played(midi: mido.MidiFile, folder: Path, seconds: float) -> np.ndarray:
    """Mono float32 of the soundfont, without FluidSynth's reverb and chorus: the room comes later, for all parts."""
    midi.save(folder / 'chunk.mid')
    subprocess.run(
        [
            'fluidsynth',
            '-niq',
            '-g',
            '0.5',
            '-r',
            str(SAMPLE_RATE),
            '-R',
            '0',
            '-C',
            '0',
            '-T',
            'raw',
            '-O',
            's16',
            '-F',
            str(folder / 'chunk.raw'),
            SOUNDFONT,
            str(folder / 'chunk.mid'),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stereo = np.fromfile(folder / 'chunk.raw', '<i2').reshape(-1, 2)
    mono = (stereo[:, 0].astype(np.float32) + stereo[:, 1]) / 65536
    return np.pad(mono, (0, max(0, round(seconds * SAMPLE_RATE) + CLIP_SAMPLES - len(mono))))
