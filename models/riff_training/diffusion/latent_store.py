"""The cached latents of the clips; reading them needs neither the pictures nor the autoencoder."""

from pathlib import Path

import numpy as np

from riff_training.workspace import ClipStore, Workspace


class LatentStore:
    """A file of float16 [n, C, 32, 32] for each chunk of clips that is encoded; indices of clips are ClipStore's."""

    def __init__(self, work: Workspace, store: ClipStore) -> None:
        self.work = work
        self.place = store.place
        finished = [number for number in range(len(store.chunks)) if self.file(number).exists()]
        self.chunks = {number: np.load(self.file(number), mmap_mode='r') for number in finished}

    def file(self, chunk: int) -> Path:
        return self.work.path('latents', f'main-{chunk:04d}.npy')

    def known(self, indices: list[int]) -> list[int]:
        """Those whose chunk is encoded."""
        return [i for i in indices if self.place(i)[0] in self.chunks]

    def rows(self, indices: list[int]) -> np.ndarray:
        """float32 [n, C, 32, 32]"""
        return np.stack([self.chunks[chunk][row] for chunk, row in map(self.place, indices)]).astype(np.float32)
