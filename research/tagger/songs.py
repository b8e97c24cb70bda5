"""Songs of riff-mini's recipe, as heard_tags.py hears them: before the denoiser has anything to do with them.

    python research/tagger/songs.py FOLDER [COUNT]

FOLDER/rendered gets the sound as FluidSynth and the recipe's synthesisers play it, FOLDER/pictures what the denoiser
learns from; `node research/tagger/sounds.ts FOLDER/pictures` makes sound of these. COUNT (12) songs of each style as
its recordings have it, half as many led by each instrument, of seeds that no chunk of `data` has.
"""

import json
import sys
from itertools import count
from pathlib import Path

import numpy as np
import scipy.io.wavfile
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'models'))

from riff_training.music.instruments import INSTRUMENTS
from riff_training.music.song import Song, draw_song
from riff_training.music.styles import STYLES
from riff_training.pictures.render import CLIP_SAMPLES, SAMPLE_RATE, picture, rendered
from song_tags import has_usual_band, tags_of

FIRST_SEED = 7_000_000
SONGS_AT_A_TIME = 40


def main() -> None:
    folder = Path(sys.argv[1])
    folders = [folder / name for name in ('rendered', 'pictures')]
    for one in folders:
        one.mkdir(parents=True)
    songs = chosen_songs(int(sys.argv[2]) if len(sys.argv) > 2 else 12)
    lines = []
    for first in range(0, len(songs), SONGS_AT_A_TIME):
        for song, _, sound in rendered(songs[first : first + SONGS_AT_A_TIME]):
            name, clip = f'{song.style}-{song.lead}-{song.seed}'.replace(' ', '-'), sound[:CLIP_SAMPLES]
            scipy.io.wavfile.write(folders[0] / f'{name}.wav', SAMPLE_RATE, clip / max(1e-9, np.abs(clip).max()))
            Image.fromarray(picture(clip)).save(folders[1] / f'{name}.png')
            lines.append(json.dumps({'file': f'{name}.wav', 'tags': tags_of(song)}) + '\n')
        print(f'{len(lines)} of {len(songs)} songs', flush=True)
    for one in folders:
        (one / 'clips.jsonl').write_text(''.join(lines))


def chosen_songs(number: int) -> list[Song]:
    """`number` of each style, half as many of each lead, in the order of their seeds."""
    wanted = {style.name: number for style in STYLES} | {lead.name: number // 2 for lead in INSTRUMENTS}
    chosen: list[Song] = []
    seeds = count(FIRST_SEED)
    while any(wanted.values()):
        song = draw_song(next(seeds))
        says = [song.style] * has_usual_band(song) + [song.lead] * (song.arrangement != 'drums')
        kind = next((kind for kind in says if wanted[kind] > 0), None)
        if kind is not None:
            wanted[kind] -= 1
            chosen.append(song)
    return chosen


if __name__ == '__main__':
    main()
