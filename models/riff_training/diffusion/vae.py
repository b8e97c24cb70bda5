"""Stage `vae`: the autoencoder, 512×512 picture ↔ 32×32 latents of 8 channels.

Two choices make it learn in minutes: AutoencoderDC's shortcuts (pixel shuffling beside every change of size, arXiv
2410.10733), and its RMSNorm over channels, which sees one position at a time. GroupNorm takes its statistics over the
whole picture, so that a model trained on crops is wrong on whole pictures by several dB without its loss showing it.

The encoder has no variance of its own: the decoder is trained with noise of a fixed deviation on the latents. Latents
of half the size must decode to the picture of half the size (scale equivariance, arXiv 2502.14831): that keeps what is
coarse in the picture coarse in the latents, and the denoiser learns it in fewer samples.
"""

import warnings

import numpy as np
import torch
from diffusers import AutoencoderDC
from torch.nn import functional as F

from riff_training.learning.precision import fast_arithmetic
from riff_training.learning.training import Training, averaged
from riff_training.learning.workers import rank, run_workers
from riff_training.settings import VaeSettings
from riff_training.workspace import ClipStore, Workspace

LATENT_CHANNELS = 8
WIDTHS = (24, 24, 48, 96, 128)  # channels at each level
NOISE_DEVIATION = 0.5  # of the noise on the latents that the decoder learns to bear; the exported encoder tells it
warnings.filterwarnings('ignore', message='The given NumPy array is not writable')


def autoencoder() -> AutoencoderDC:
    # No layer at 512×512: the first convolution goes straight to 256×256.
    return AutoencoderDC(
        in_channels=3,
        latent_channels=LATENT_CHANNELS,
        encoder_block_types='ResBlock',
        decoder_block_types='ResBlock',
        encoder_block_out_channels=WIDTHS,
        decoder_block_out_channels=WIDTHS,
        encoder_layers_per_block=(0, 1, 1, 1, 2),
        decoder_layers_per_block=(0, 1, 1, 2, 2),
        encoder_qkv_multiscales=((),) * 5,
        decoder_qkv_multiscales=((),) * 5,
        scaling_factor=1.0,
    )


def as_input(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, h, w] → float32 [n, 3, h, w] in [−1, 1]."""
    return (torch.from_numpy(np.ascontiguousarray(pictures)).float() / 127.5 - 1)[:, None].expand(-1, 3, -1, -1)


def as_picture(decoded: torch.Tensor) -> np.ndarray:
    """float [n, 3, h, w] → uint8 [n, h, w], the mean of the three planes."""
    return ((decoded.mean(1) + 1) * 127.5).round().clamp(0, 255).byte().numpy()


def reconstruction_loss(decoded: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """L1 of values, of differences between neighbours across and down, and of means over 4×4, for [n, 3, h, w]."""
    error = decoded - target
    across = (error[..., 1:] - error[..., :-1]).abs().mean()
    down = (error[..., 1:, :] - error[..., :-1, :]).abs().mean()
    return error.abs().mean() + 0.25 * (across + down) + 0.5 * F.avg_pool2d(error, 4).abs().mean()


def autoencoder_loss(
    model: AutoencoderDC, target: torch.Tensor, settings: VaeSettings
) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss, decoded pictures), `target` and these [n, 3, h, w] in −1 … 1."""
    with fast_arithmetic():
        latents = model.encode(target).latent.float()
        decoded = _decoded_with_noise(model, latents)
        half = _decoded_with_noise(model, F.avg_pool2d(latents, 2))
    half_loss = reconstruction_loss(half, F.avg_pool2d(target, 2))
    loss = reconstruction_loss(decoded, target) + settings.half_size_weight * half_loss
    return loss + settings.size_weight * latents.square().mean(), decoded


def _decoded_with_noise(model: AutoencoderDC, latents: torch.Tensor) -> torch.Tensor:
    return model.decode(latents + NOISE_DEVIATION * torch.randn_like(latents)).sample.float()


def crops(store: ClipStore, indices: list[int], count: int, height: int, rng: np.random.Generator) -> torch.Tensor:
    """[count, 3, height, 128]: one random crop of each of `count` clips."""
    cut = []
    for index in rng.choice(indices, count, replace=False):
        top, left = rng.integers(0, 512 - height + 1), rng.integers(0, 512 - 128 + 1)
        cut.append(store.picture(index)[top : top + height, left : left + 128])
    return as_input(np.stack(cut))


def report_held_out(work: Workspace, model: AutoencoderDC) -> None:
    """Prints how alike 32 held-out pictures and their copies are."""
    store = ClipStore(work)
    psnr, l1 = _whole_picture_scores(model, store, store.split()[1][:32])
    print(f'whole held-out pictures: PSNR {psnr:.2f} dB, L1 {l1:.2f} of 255')


@torch.no_grad()
def _whole_picture_scores(model: AutoencoderDC, store: ClipStore, indices: list[int]) -> tuple[float, float]:
    """(mean PSNR in dB, mean L1 of 255) of whole held-out pictures."""
    ratios: list[float] = []
    distances: list[float] = []
    for index in indices:
        original = store.picture(index).astype(np.float32)
        copy = as_picture(model.decode(model.encode(as_input(store.picture(index)[None])).latent).sample)[0]
        error = copy.astype(np.float32) - original
        ratios.append(10 * np.log10(255**2 / np.mean(error**2)))
        distances.append(np.abs(error).mean())
    return float(np.mean(ratios)), float(np.mean(distances))


def run(settings: VaeSettings) -> None:
    run_workers(_train, settings)
    work = Workspace(settings.work)
    report_held_out(work, averaged(work, 'vae', autoencoder()))


def _train(settings: VaeSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    train, _ = store.split()
    torch.manual_seed(1)
    model = autoencoder()
    training = Training(work, 'vae', model, settings)
    rng = np.random.default_rng((training.step, rank()))
    torch.manual_seed(2 + training.step + 1_000_000 * rank())
    for share in training.steps():
        count, height = settings.crops if share < settings.strips_from else settings.strips
        target = crops(store, train, count, height, rng)
        loss, decoded = autoencoder_loss(model, target, settings)
        training.update(loss)
        training.note(127.5 * (decoded - target).abs().mean())
