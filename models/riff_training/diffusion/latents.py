"""Stage `latents`: measures the mean and deviation of every latent channel, then encodes every clip, in workers."""

import numpy as np
import openvino as ov
import torch
from torch import nn

from riff_training.diffusion.latent_store import LatentStore
from riff_training.diffusion.vae import LATENT_CHANNELS, NOISE_DEVIATION, as_input, autoencoder
from riff_training.learning.precision import inference_options
from riff_training.learning.training import averaged, save_tensors
from riff_training.learning.workers import rank, run_workers
from riff_training.settings import LatentsSettings
from riff_training.workspace import ClipStore, Workspace, save_array


class Scaled(nn.Module):
    """The autoencoder, with latents of mean 0 and deviation 1 in every channel: a `scaling_factor` of 1 is right."""

    def __init__(self) -> None:
        super().__init__()
        self.model = autoencoder()
        self.register_buffer('mean', torch.zeros(1, LATENT_CHANNELS, 1, 1))
        self.register_buffer('deviation', torch.ones(1, LATENT_CHANNELS, 1, 1))

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        return (self.model.encode(pictures).latent - self.mean) / self.deviation

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return self.model.decode(latents * self.deviation + self.mean).sample

    def log_variance(self) -> torch.Tensor:
        """Log variance [1, C, 1, 1] of the noise that the decoder was trained with."""
        return 2 * (NOISE_DEVIATION / self.deviation).log()


@torch.no_grad()
def _encode(model: Scaled, store: ClipStore, indices: list[int]) -> torch.Tensor:
    return torch.cat([model.encode(as_input(store.picture(i)[None])) for i in indices])


class _Encoder(nn.Module):
    def __init__(self, model: Scaled) -> None:
        super().__init__()
        self.model = model

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.model.encode(pictures)


def _compiled(model: Scaled) -> ov.CompiledModel:
    """The encoder on one thread of OpenVINO, a third faster than PyTorch's."""
    graph = ov.convert_model(_Encoder(model), example_input=torch.zeros(1, 3, 512, 512))
    graph.reshape([1, 3, 512, 512])
    # In bfloat16 the latents differ by 0.004 of their deviation; the decoder was trained to bear thirty times that.
    return ov.Core().compile_model(graph, 'CPU', inference_options(1))


def scaled(work: Workspace) -> Scaled:
    """As the stage left it, frozen."""
    model = Scaled()
    model.load_state_dict(torch.load(work.path('checkpoints', 'vae-scaled.pt'), weights_only=True))
    return model.eval().requires_grad_(False)


def run(settings: LatentsSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    train, _ = store.split()
    file = work.path('checkpoints', 'vae-scaled.pt')
    if settings.fresh or not file.exists():
        model = Scaled()
        averaged(work, 'vae', model.model)
        sample = _encode(model, store, train[:: max(1, len(train) // settings.scaling_clips)])
        model.mean = sample.mean((0, 2, 3), keepdim=True)
        model.deviation = sample.std((0, 2, 3), keepdim=True)
        save_tensors(file, model.state_dict())
        stale = LatentStore(work, store)
        for chunk in stale.chunks:
            stale.file(chunk).unlink()
    run_workers(_encode_share, settings)
    known = LatentStore(work, store).rows(train[:400])
    print(f'latents: mean {known.mean():.3f}, deviation {known.std():.3f}')


def _encode_share(settings: LatentsSettings) -> None:
    """Each worker encodes every n-th chunk that is missing."""
    work = Workspace(settings.work)
    store = ClipStore(work)
    encode = _compiled(scaled(work))
    latents = LatentStore(work, store)
    missing = [n for n in range(len(store.chunks)) if n not in latents.chunks]
    for chunk in missing[rank() :: settings.threads]:
        pictures = [as_input(picture[None]).numpy() for picture in store.pictures[chunk]]
        rows = np.concatenate([encode(picture)[0] for picture in pictures]).astype(np.float16)
        save_array(latents.file(chunk), rows)
        print(f'latents: chunk {chunk}, the last is {len(store.chunks) - 1}', flush=True)
