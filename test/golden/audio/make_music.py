"""Renders the three clips of our own composition and writes their pictures beside this script.

Needs fluidsynth and a General MIDI soundfont (FluidR3_GM), mido, torch, torchaudio, pillow.
Writes clip-*.png (512 x 512 grey) and clips.json (how they were made, versions).
"""

import json
import pathlib
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import mido
import numpy as np
import torch
import torchaudio
from PIL import Image

HERE = pathlib.Path(__file__).parent
SOUNDFONT = '/usr/share/sounds/sf2/FluidR3_GM.sf2'
SAMPLE_RATE = 44100
HOP = 441
WINDOW = 4410
N_FFT = 17640
N_MELS = 512
DRUMS = 9


#: (start in beats, channel, MIDI note, velocity, length in beats)
Event = tuple[float, int, int, int, float]
Music = dict[str, Any]


def note_names(text: str) -> list[int]:
    steps = {'c': 0, 'd': 2, 'e': 4, 'f': 5, 'g': 7, 'a': 9, 'b': 11}
    return [12 * (int(name[-1]) + 1) + steps[name[0]] + name.count('#') - name.count('b', 1) for name in text.split()]


def line(channel: int, beats: float, names: str, velocity: int = 90, length: float = 0.9) -> list[Event]:
    """One note per entry, each `beats` long."""
    return [(i * beats, channel, note, velocity, beats * length) for i, note in enumerate(note_names(names))]


def chord(channel: int, start: float, beats: float, names: str, velocity: int = 70) -> list[Event]:
    return [(start, channel, note, velocity, beats * 0.95) for note in note_names(names)]


def beat(pattern: str, note: int, velocity: int = 95, step: float = 0.25, bars: int = 3) -> list[Event]:
    hits = [i for i, mark in enumerate(pattern) if mark == 'x']
    length = len(pattern) * step
    return [(bar * length + i * step, DRUMS, note, velocity, 0.1) for bar in range(bars) for i in hits]


def jazz() -> Music:
    events = line(0, 0.5, 'd5 f5 a5 c6 b5 g5 f5 d5 e5 g5 b5 d6 c6 a5 g5 e5 f5 a5 c6 e6 d6 b5 a5 f5', 88)
    for bar, names in enumerate(['d4 f4 a4 c5', 'g3 b3 d4 f4', 'c4 e4 g4 b4']):
        events += chord(1, bar * 4 + 0.66, 1.0, names) + chord(1, bar * 4 + 2.5, 1.2, names)
    events += line(2, 1, 'd2 f2 a2 c3 g2 b2 d3 f3 c2 e2 g2 b2', 95)
    events += beat('x..x.xx..x.x', 51, 70, 1 / 3) + beat('...x.....x..', 42, 60, 1 / 3)
    return {'tempo': 132, 'programs': {0: 66, 1: 0, 2: 32}, 'events': events}


def techno() -> Music:
    events = line(0, 0.25, 'a2 a3 a2 c3 a2 e3 a2 g3 a2 a3 c3 a2 e3 d3 c3 g2 ' * 3, 100, 0.6)
    events += line(1, 0.5, 'a4 c5 e5 a5 g5 e5 c5 d5 ' * 3, 80, 0.5)
    for bar in range(3):
        events += chord(2, bar * 4, 4, 'a3 c4 e4 b4', 55)
    events += beat('x...x...x...x...', 36, 120) + beat('......x.......x.', 42, 80) + beat('....x.......x..x', 39, 90)
    return {'tempo': 128, 'programs': {0: 38, 1: 81, 2: 89}, 'events': events}


def chamber() -> Music:
    events = line(0, 0.5, 'g5 f#5 g5 a5 b5 a5 g5 f#5 e5 g5 d5 b4 c5 e5 a4 d5 b4 d5 g5 b5', 84, 1.0)
    for bar, names in enumerate(['g3 b3 d4 g4', 'e3 b3 e4 g4', 'c3 g3 c4 e4', 'd3 a3 c4 f#4']):
        events += chord(1, bar * 3, 3, names, 75)
    events += line(2, 0.5, 'g2 d3 g3 b3 d4 b3 e2 b2 e3 g3 b3 g3 c3 g3 c4 e4 g4 e4 d3 a3 c4 f#4', 70, 1.0)
    return {'tempo': 100, 'programs': {0: 73, 1: 48, 2: 46}, 'events': events}


def write_midi(song: Music, path: str) -> None:
    ticks = 480
    track = mido.MidiTrack([mido.MetaMessage('set_tempo', tempo=mido.bpm2tempo(song['tempo']))])
    for channel, program in song['programs'].items():
        track.append(mido.Message('program_change', channel=channel, program=program))
    timed = []
    for start, channel, note, velocity, length in song['events']:
        timed.append((round(start * ticks), 1, mido.Message('note_on', channel=channel, note=note, velocity=velocity)))
        timed.append((round((start + length) * ticks), 0, mido.Message('note_off', channel=channel, note=note)))
    now = 0
    for at, _, message in sorted(timed, key=lambda item: item[:2]):
        track.append(message.copy(time=at - now))
        now = at
    file = mido.MidiFile(ticks_per_beat=ticks)
    file.tracks.append(track)
    file.save(path)


def render(song: Music, folder: Path) -> torch.Tensor:
    midi, raw = f'{folder}/song.mid', f'{folder}/song.raw'
    write_midi(song, midi)
    command = [
        'fluidsynth',
        '-ni',
        '-g',
        '0.5',
        '-r',
        str(SAMPLE_RATE),
        '-F',
        raw,
        '-T',
        'raw',
        '-O',
        'float',
        SOUNDFONT,
        midi,
    ]
    subprocess.run(command, check=True, capture_output=True)
    stereo = np.fromfile(raw, dtype='<f4').reshape(-1, 2)
    mono = stereo.mean(axis=1)[: 512 * HOP]
    return torch.from_numpy(np.pad(mono, (0, 512 * HOP - len(mono))))


def picture_of(waveform: torch.Tensor) -> np.ndarray:
    """riffusion-hobby's audio to image, mono: magnitudes, 512 HTK mels, power 0.25, 8 bits cut off."""
    magnitudes = torchaudio.transforms.Spectrogram(
        n_fft=N_FFT, win_length=WINDOW, hop_length=HOP, power=None, center=True, pad_mode='reflect'
    )(waveform).abs()
    mel = torchaudio.transforms.MelScale(
        n_mels=N_MELS, sample_rate=SAMPLE_RATE, f_min=0, f_max=10000, n_stft=N_FFT // 2 + 1, norm=None, mel_scale='htk'
    )(magnitudes).numpy()[:, :512]
    data = np.power(mel / np.max(mel), 0.25)
    return (255 - data * 255).astype(np.uint8)[::-1]


def main() -> None:
    about = {
        'made_by': 'make_music.py',
        'versions': {
            'torch': torch.__version__,
            'torchaudio': torchaudio.__version__,
            'fluidsynth': subprocess.run(['fluidsynth', '--version'], capture_output=True, text=True).stdout.split()[3],
            'soundfont': pathlib.Path(SOUNDFONT).name,
            'python': sys.version.split()[0],
        },
        'clips': {},
    }
    for song in (jazz, techno, chamber):
        with tempfile.TemporaryDirectory() as folder:
            waveform = render(song(), folder)
        path = HERE / f'clip-{song.__name__}.png'
        Image.fromarray(np.ascontiguousarray(picture_of(waveform))).save(path, optimize=True)
        about['clips'][song.__name__] = {'rms': float(waveform.square().mean().sqrt()), 'bytes': path.stat().st_size}
    (HERE / 'clips.json').write_text(json.dumps(about, indent=2) + '\n')


if __name__ == '__main__':
    main()
