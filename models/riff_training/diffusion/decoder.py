"""Stage `decoder`: trains the autoencoder's decoder further, so that its pictures are less smooth. The encoder is not
touched, so the latents stay as they are.

L1 alone paints the mean of all pictures that a latent may stand for: the fine grain between harmonics is lost, and
lines last too long. Three more losses bring the grain back:

- the distance of the spectra of short stretches of every row;
- what a listener, a judge that is not the one of the evaluation, hears otherwise in its layers (as Johnson et al.,
  2016, arXiv 1603.08155);
- a small discriminator of patches with the hinge loss, weighed against the others where the decoder ends (Esser et al.,
  2021, arXiv 2012.09841, equation 7).
"""

import numpy as np
import torch
from diffusers import AutoencoderDC
from torch import nn
from torch.nn import functional as F

from riff_training.diffusion.latents import scaled
from riff_training.diffusion.vae import crops, reconstruction_loss, report_held_out
from riff_training.judging.judge import Judge, judge, pooled_decoded
from riff_training.learning.precision import fast_arithmetic
from riff_training.learning.training import Training, averaged, save_tensors
from riff_training.learning.workers import rank, run_workers
from riff_training.settings import DecoderSettings, ListenerSettings
from riff_training.workspace import ClipStore, Workspace

STRETCHES = (16, 32, 64)  # lengths in columns, of 10 ms each
WIDTHS = (24, 48, 96)  # channels of the discriminator


def run(settings: DecoderSettings) -> None:
    run_workers(_train, settings)
    work = Workspace(settings.work)
    model = scaled(work)
    model.model.decoder = averaged(work, 'decoder', model.model.decoder)
    save_tensors(work.path('checkpoints', 'vae-scaled.pt'), model.state_dict())
    report_held_out(work, model.model)


def discriminator() -> nn.Sequential:
    """Grey pictures [n, 1, h, w] → a number for every patch, trained to be above 0 for real pictures."""
    layers: list[nn.Module] = []
    for before, after in zip((1, *WIDTHS), WIDTHS, strict=False):
        layers += [nn.utils.parametrizations.spectral_norm(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))


def stretch_loss(decoded: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """L1 of the magnitude spectra of short stretches of every row, and of their logarithms. Pictures [n, 1, h, w]."""
    return sum(_stretch_loss(decoded, target, length) for length in STRETCHES) / len(STRETCHES)


def _stretch_loss(decoded: torch.Tensor, target: torch.Tensor, length: int) -> torch.Tensor:
    window = torch.hann_window(length)
    one, other = (
        torch.fft.rfft(picture.unfold(-1, length, length // 2) * window).abs()[..., 1:] / length**0.5
        for picture in (decoded, target)
    )
    return (one - other).abs().mean() + 0.1 * ((one + 0.01).log() - (other + 0.01).log()).abs().mean()


def listening_loss(listener: Judge, decoded: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """L1 in every layer of the listener, in deviations of the layer, for strips of full height, [n, 1, 512, w]."""
    with torch.no_grad():
        real = listener.layers(pooled_decoded(target))
    copied = listener.layers(pooled_decoded(decoded))
    return sum((one - other).abs().mean() / other.std() for one, other in zip(copied, real, strict=True)) / len(real)


class Adversary:
    """The discriminator with its optimiser."""

    def __init__(self) -> None:
        self.network = discriminator()
        self.optimizer = torch.optim.AdamW(self.network.parameters(), 2e-4, betas=(0.5, 0.9))

    def fooled(self, grey: torch.Tensor) -> torch.Tensor:
        """A loss that is low if the discriminator takes copies for real pictures."""
        with fast_arithmetic():
            return -self.network(grey).float().mean()

    def teach(self, copies: torch.Tensor, real: torch.Tensor) -> None:
        """A step of the discriminator, with the hinge loss."""
        with fast_arithmetic():
            loss = F.relu(1 - self.network(real).float()).mean() + F.relu(1 + self.network(copies).float()).mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()


def _train(settings: DecoderSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    known, _ = store.split()
    model = scaled(work).model
    listener = judge(work, ListenerSettings.checkpoint)
    adversary = Adversary()
    beside = {'discriminator': adversary.network, 'discriminator optimizer': adversary.optimizer}
    training = Training(work, 'decoder', model.decoder.requires_grad_(True), settings, beside)
    torch.manual_seed(settings.seed + training.step + 1_000_000 * rank())
    rng = np.random.default_rng((settings.seed, training.step, rank()))
    for share in training.steps():
        target = crops(store, known, *settings.strips, rng)
        decoded = _copies(model, target, settings.noise_deviation)
        grey, real = decoded.mean(1, keepdim=True), target[:, :1]
        loss = reconstruction_loss(decoded, target)
        loss = loss + settings.stretch_weight * stretch_loss(grey, real)
        loss = loss + settings.listener_weight * listening_loss(listener, grey, real)
        if share > settings.adversary_from:
            end = model.decoder.conv_out.conv.weight
            loss = _joined(loss, adversary.fooled(grey), settings.adversary_weight, decoded, end)
        training.update(loss)
        training.note(127.5 * (decoded - target).abs().mean())
        adversary.teach(grey.detach(), real)


def _copies(model: AutoencoderDC, target: torch.Tensor, noise_deviation: float) -> torch.Tensor:
    with fast_arithmetic():
        with torch.no_grad():
            latents = model.encode(target).latent.float()
        return model.decode(latents + noise_deviation * torch.randn_like(latents)).sample.float()


def _joined(
    loss: torch.Tensor, fooled: torch.Tensor, weight: float, decoded: torch.Tensor, end: torch.Tensor
) -> torch.Tensor:
    """A value whose gradient is that of `loss` plus that of `fooled`, scaled to `weight` of the former's norm at the
    parameter `end`. Both are followed back to the pictures, and only their sum through the decoder, to save time.
    """
    both = [torch.autograd.grad(part, decoded, retain_graph=True)[0] for part in (loss, fooled)]
    ours, theirs = (torch.autograd.grad(decoded, end, part, retain_graph=True)[0].norm() for part in both)
    scale = weight * (ours / (theirs + 1e-6)).clamp(max=100)
    return (decoded * (both[0] + scale * both[1])).sum()
