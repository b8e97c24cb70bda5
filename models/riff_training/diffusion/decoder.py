"""Stage `decoder`: trains the decoder of the scaled autoencoder further, so that its pictures are less smooth. The
encoder is not touched, so the latents stay as they are.

L1 alone paints the mean of all pictures that a latent may stand for: the fine grain between harmonics is lost, and
lines last too long. Two more losses bring the grain back: the distance of the spectra of short stretches of every row,
and a small discriminator of patches with the hinge loss, weighed against the first loss where the decoder ends (Esser
et al., 2021, arXiv 2012.09841, equation 7).
"""

import numpy as np
import torch
from diffusers import AutoencoderDC
from torch import nn
from torch.nn import functional as F

from riff_training.diffusion.latents import scaled
from riff_training.diffusion.vae import crops, reconstruction_loss, report_held_out
from riff_training.learning.precision import fast_arithmetic
from riff_training.learning.training import Training, averaged, save_tensors
from riff_training.learning.workers import rank, run_workers
from riff_training.settings import DecoderSettings
from riff_training.workspace import ClipStore, Workspace

STRETCHES = (16, 32, 64)  # columns
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
    """L1 of the magnitudes of the spectra of short stretches of every row, and of their logarithms. [n, 1, h, w]"""
    return sum(_stretch_loss(decoded, target, length) for length in STRETCHES) / len(STRETCHES)


def _stretch_loss(decoded: torch.Tensor, target: torch.Tensor, length: int) -> torch.Tensor:
    window = torch.hann_window(length)
    one, other = (
        torch.fft.rfft(picture.unfold(-1, length, length // 2) * window).abs()[..., 1:] / length**0.5
        for picture in (decoded, target)
    )
    return (one - other).abs().mean() + 0.1 * ((one + 0.01).log() - (other + 0.01).log()).abs().mean()


def _train(settings: DecoderSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    known, _ = store.split()
    model = scaled(work).model
    decoder = model.decoder.requires_grad_(True)
    training = Training(work, 'decoder', decoder, settings)
    torch.manual_seed(settings.seed + training.step + 1_000_000 * rank())
    rng = np.random.default_rng((settings.seed, training.step, rank()))
    judge = discriminator()  # begins anew behind a kill
    judging = torch.optim.AdamW(judge.parameters(), 2e-4, betas=(0.5, 0.9))
    for share in training.steps():
        target = crops(store, known, *settings.crops, rng)
        loss, decoded = _losses(model, judge, target, settings, adversarial=share > settings.adversary_from)
        training.update(loss)
        training.note(127.5 * (decoded - target).abs().mean())
        _teach(judge, judging, decoded.detach().mean(1, keepdim=True), target[:, :1])


def _losses(
    model: AutoencoderDC, judge: nn.Module, target: torch.Tensor, settings: DecoderSettings, adversarial: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss, decoded [n, 3, h, w]) of pictures [n, 3, h, w]."""
    with fast_arithmetic():
        with torch.no_grad():
            latents = model.encode(target).latent.float()
        noise = settings.noise_deviation * torch.randn_like(latents)
        decoded = model.decode(latents + noise).sample.float()
    grey, real = decoded.mean(1, keepdim=True), target[:, :1]
    loss = reconstruction_loss(decoded, target) + settings.stretch_weight * stretch_loss(grey, real)
    if not adversarial:
        return loss, decoded
    fooled = -judge(grey).mean()
    end = model.decoder.conv_out.conv.weight
    ours, theirs = (torch.autograd.grad(part, end, retain_graph=True)[0].norm() for part in (loss, fooled))
    weight = settings.adversary_weight * (ours / (theirs + 1e-6)).clamp(max=100)
    return loss + weight.detach() * fooled, decoded


def _teach(judge: nn.Module, judging: torch.optim.Optimizer, copies: torch.Tensor, real: torch.Tensor) -> None:
    loss = F.relu(1 - judge(real)).mean() + F.relu(1 + judge(copies)).mean()
    judging.zero_grad(set_to_none=True)
    loss.backward()
    judging.step()
