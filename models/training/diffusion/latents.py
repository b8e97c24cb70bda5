"""Stage `latents`: measures the mean and deviation of every latent channel and encodes every clip once."""

import numpy as np
import torch
from torch import nn

from diffusion.vae import LATENT_CHANNELS, NOISE_DEVIATION, as_input, autoencoder
from learning.training import averaged
from learning.workers import rank, run_workers
from workspace import ClipStore, Workspace, write_whole

SCALING_CLIPS = 96


class Scaled(nn.Module):
    """Latents of mean 0 and deviation 1 in every channel, so that scaling_factor is 1 and no program needs to know."""

    def __init__(self):
        super().__init__()
        self.model = autoencoder()
        self.register_buffer('mean', torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer('deviation', torch.ones(1, LATENT_CHANNELS, 1, 1))

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        return (self.model.encode(pictures).latent - self.mean) / self.deviation

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return self.model.decode(latents * self.deviation + self.mean).sample

    def log_variance(self) -> torch.Tensor:
        """Of the noise that the decoder was trained to bear, [1, C, 1, 1]."""
        return 2 * (NOISE_DEVIATION / self.deviation).log()


@torch.no_grad()
def _encode(model: Scaled, store: ClipStore, indices: list[int]) -> torch.Tensor:
    return torch.cat([model.encode(as_input(store.picture(i)[None])) for i in indices])


def scaled(work: Workspace) -> Scaled:
    model = Scaled()
    model.load_state_dict(torch.load(work.path('checkpoints', 'vae-scaled.pt'), weights_only=True))
    return model.eval().requires_grad_(False)


class LatentStore:
    """float16 [clips, C, 32, 32] in the order of ClipStore; rows that are not encoded yet are NaN."""

    def __init__(self, work: Workspace, clips: int):
        self.file = work.path('latents', 'latents.npy')
        if not self.file.exists():
            fresh = np.lib.format.open_memmap(self.file.with_suffix('.part'), 'w+', np.float16, (clips, LATENT_CHANNELS, 32, 32))
            fresh[:] = np.nan
            fresh.flush()
            self.file.with_suffix('.part').rename(self.file)
        self.rows = np.load(self.file, mmap_mode='r+')

    def missing(self, indices: list[int]) -> list[int]:
        return [i for i in indices if np.isnan(self.rows[i, 0, 0, 0])]


def run(arguments) -> None:
    work = Workspace(arguments.work)
    store = ClipStore(work)
    train, _ = store.split()
    file = work.path('checkpoints', 'vae-scaled.pt')
    if arguments.fresh or not file.exists():
        model = Scaled()
        averaged(work, 'vae', model.model)
        sample = _encode(model, store, train[:: max(1, len(train) // SCALING_CLIPS)])
        model.mean, model.deviation = sample.mean((0, 2, 3), keepdim=True), sample.std((0, 2, 3), keepdim=True)
        write_whole(file, lambda path: torch.save(model.state_dict(), path))
        work.path('latents', 'latents.npy').unlink(missing_ok=True)
    LatentStore(work, len(store))
    run_workers(_encode_share, arguments)
    known = np.asarray(LatentStore(work, len(store)).rows[train[:400]], np.float32)
    print(f'latents: mean {known.mean():.3f}, deviation {known.std():.3f}')


def _encode_share(arguments) -> None:
    """Each worker encodes the missing ones among every n-th clip."""
    work = Workspace(arguments.work)
    store = ClipStore(work)
    model, latents = scaled(work), LatentStore(work, len(store))
    todo = latents.missing(list(range(rank(), len(store), arguments.threads)))
    for count, index in enumerate(todo):
        latents.rows[index] = _encode(model, store, [index])[0].numpy()
        if count % 250 == 0:
            print(f'latents: {count} of {len(todo)}', flush=True)
    latents.rows.flush()
