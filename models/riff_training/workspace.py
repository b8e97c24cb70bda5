"""The folder of the working data (never in the repository), and how its clips are read."""

import json
import os
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

CLIPS_PER_SONG = 2
SONGS_PER_CHUNK = 40
HELD_OUT_EVERY = 12  # every twelfth song is kept away from all training


class Workspace:
    def __init__(self, folder: Path | None) -> None:
        default = Path(os.environ.get('XDG_CACHE_HOME', Path.home() / '.cache')) / 'riff' / 'training'
        self.root = folder or default
        self.root.mkdir(parents=True, exist_ok=True)

    def path(self, *parts: str) -> Path:
        target = self.root.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def chunk_numbers(self, rules: str = 'main') -> list[int]:
        found = (self.root / 'clips').glob(f'{rules}-*.json')
        return sorted(int(file.stem.rsplit('-', 1)[1]) for file in found)


class ClipStore:
    """All finished chunks as one sequence of clips, whose pictures are read on demand."""

    def __init__(self, work: Workspace, rules: str = 'main') -> None:
        self.work = work
        self.rules = rules
        self.chunks = work.chunk_numbers(rules)
        songs = [json.loads(work.path('clips', f'{rules}-{number:04d}.json').read_text()) for number in self.chunks]
        self.clips: list[dict[str, Any]] = [clip for chunk in songs for clip in chunk]
        self.offsets = np.cumsum([0] + [len(chunk) for chunk in songs])

    @cached_property
    def pictures(self) -> list[np.ndarray]:
        """uint8 [n, 512, 512] for each chunk, memory mapped."""
        files = [self.work.path('clips', f'{self.rules}-{number:04d}.npy') for number in self.chunks]
        return [np.load(file, mmap_mode='r') for file in files]

    def __len__(self) -> int:
        return len(self.clips)

    def picture(self, index: int) -> np.ndarray:
        chunk, row = self.place(index)
        return self.pictures[chunk][row]

    def place(self, index: int) -> tuple[int, int]:
        """(chunk, row in it) of a clip."""
        chunk = int(np.searchsorted(self.offsets, index, side='right')) - 1
        return chunk, index - int(self.offsets[chunk])

    def held_out(self, index: int) -> bool:
        return self.clips[index]['seed'] % HELD_OUT_EVERY == 0

    def split(self) -> tuple[list[int], list[int]]:
        """(training clips, held-out clips), whole songs on one side."""
        sides: tuple[list[int], list[int]] = ([], [])
        for index in range(len(self)):
            sides[self.held_out(index)].append(index)
        return sides


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Runs `write(temporary path)`, then renames, so that a kill leaves no half-written file."""
    temporary = path.with_name(path.name + '.part')
    write(temporary)
    os.replace(temporary, path)


def save_array(path: Path, array: np.ndarray) -> None:
    """Writes a .npy file completely or not at all."""

    def write(temporary: Path) -> None:
        with open(temporary, 'wb') as file:  # numpy.save would add an ending to a bare name
            np.save(file, array)

    write_whole(path, write)
