"""Stage `unet`: the denoiser of the latents, guided by the frozen text encoder."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info
from transformers import CLIPTokenizer

from riff_training.diffusion.latent_store import LatentStore
from riff_training.diffusion.vae import LATENT_CHANNELS
from riff_training.learning.precision import fast_arithmetic
from riff_training.learning.training import Training
from riff_training.learning.workers import rank, run_workers
from riff_training.music.captions import caption
from riff_training.music.song import song_of
from riff_training.settings import UnetSettings
from riff_training.text.encoder import WIDTH, frozen_encoder
from riff_training.text.tokenizer import POSITIONS, encode
from riff_training.workspace import ClipStore, Workspace

WIDTHS = (64, 128, 192)  # channels at each level
NOISE = {
    'num_train_timesteps': 1000,
    'beta_start': 0.00085,
    'beta_end': 0.012,
    'beta_schedule': 'scaled_linear',
    'prediction_type': 'v_prediction',
    'rescale_betas_zero_snr': True,
}
Batch = tuple[torch.Tensor, torch.Tensor]


def denoiser() -> UNet2DConditionModel:
    """A small U-Net of Stable Diffusion's kind. The summary of the caption is also added to the time embedding, because
    the whole caption decides which instruments play.
    """
    model = UNet2DConditionModel(
        sample_size=32,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=WIDTHS,
        layers_per_block=1,
        down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'),
        up_block_types=('CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'),
        cross_attention_dim=WIDTH,
        attention_head_dim=4,
        norm_num_groups=16,
        use_linear_projection=True,
        addition_embed_type='text',
        addition_embed_type_num_heads=4,
    )
    nn.init.zeros_(model.add_embedding.norm2.weight)  # begins as the plain U-Net
    return model


def unet_inputs() -> dict[str, torch.Tensor]:
    """Port of the denoiser's graph → an example, to trace it with."""
    latents, text = torch.randn(2, LATENT_CHANNELS, 32, 32), torch.randn(2, POSITIONS, WIDTH)
    return {'sample': latents, 'timestep': torch.tensor([500.0]), 'encoder_hidden_states': text}


class Examples(IterableDataset):
    """Endless batches of (float32 latents [n, C, 32, 32], token ids [n, 32]), with a new caption each time."""

    def __init__(
        self,
        work: Workspace,
        tokenizer: CLIPTokenizer,
        batch: int,
        seed: int,
        empty_share: float,
        held_out: bool = False,
    ) -> None:
        self.store = ClipStore(work)
        self.tokenizer = tokenizer
        self.batch = batch
        self.seed = seed
        self.empty_share = empty_share
        self.latents = LatentStore(work, self.store)
        # An unfinished `latents` stage only means fewer clips.
        self.clips = self.latents.known(self.store.split()[held_out])

    def __iter__(self) -> Iterator[Batch]:
        reader = get_worker_info()
        rng = random.Random(1_000_000 * self.seed + (reader.id if reader else 0))
        while True:
            chosen = rng.sample(self.clips, min(self.batch, len(self.clips)))
            captions = [self._caption(index, rng) for index in chosen]
            yield torch.from_numpy(self.latents.rows(chosen)), encode(self.tokenizer, captions)

    def _caption(self, index: int, rng: random.Random) -> str:
        return '' if rng.random() < self.empty_share else caption(song_of(self.store.clips[index]), rng)


def noise_scheduler(device: str) -> DDPMScheduler:
    scheduler = DDPMScheduler(**NOISE)
    scheduler.alphas_cumprod = scheduler.alphas_cumprod.to(device)
    return scheduler


def stratified_timesteps(count: int, generator: torch.Generator) -> torch.Tensor:
    """[count]: a random timestep, 0 … 999, from each of `count` equal shares of the schedule, the smallest first."""
    drawn = torch.rand(count, generator=generator, device=generator.device)
    return ((torch.arange(count, device=generator.device) + drawn) / count * 1000).long()


def velocity_loss(
    model: UNet2DConditionModel,
    scheduler: DDPMScheduler,
    latents: torch.Tensor,
    text: torch.Tensor,
    generator: torch.Generator,
    settings: UnetSettings,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean square errors of the v-prediction: (weighted by min-SNR with a floor for the noisiest steps, plain).
    `latents` [n, C, 32, 32] are without noise, `text` is [n, 32, width].
    """
    timesteps = stratified_timesteps(len(latents), generator)
    noise = torch.randn(latents.shape, generator=generator, device=latents.device)
    with fast_arithmetic(latents.device.type):
        guess = model(scheduler.add_noise(latents, noise, timesteps), timesteps, text).sample.float()
    error = (guess - scheduler.get_velocity(latents, noise, timesteps)).square().mean((1, 2, 3))
    kept = scheduler.alphas_cumprod[timesteps]
    ratio = kept / (1 - kept)
    weight = (ratio.clamp(max=settings.snr_limit) / (ratio + 1)).clamp(min=settings.least_weight)
    return (weight * error).mean() / 0.5, error.mean()


def run(settings: UnetSettings) -> None:
    """On the CPU in `threads` workers; on a GPU in one process, for which `threads` others draw the captions."""
    if settings.device == 'cpu':
        run_workers(_train, settings)
    else:
        _train(replace(settings, averaging=settings.gpu_averaging, batch=settings.gpu_batch))


def _train(settings: UnetSettings) -> None:
    work = Workspace(settings.work)
    device = settings.device
    on_gpu = device != 'cpu'
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(3)
    tokenizer, text_encoder = frozen_encoder(work)
    model, scheduler = denoiser().to(device), noise_scheduler(device)
    if not on_gpu:
        # Plain products: the backward pass of fused attention is slow on a CPU.
        model.set_attn_processor(AttnProcessor())
    training = Training(work, 'unet', model, settings)
    seed = training.step * 2 + rank()
    generator = torch.Generator(device).manual_seed(seed)
    text_encoder = text_encoder.to(device)

    def losses(examples: Iterator[Batch]) -> tuple[torch.Tensor, torch.Tensor]:
        latents, ids = (tensor.to(device, non_blocking=True) for tensor in next(examples))
        with torch.no_grad():
            text = text_encoder(ids).last_hidden_state
        return velocity_loss(model, scheduler, latents, text, generator, settings)

    examples = Examples(work, tokenizer, settings.batch, seed, settings.empty_share)
    readers = settings.threads if on_gpu else 0
    feed = iter(DataLoader(examples, batch_size=None, num_workers=readers, pin_memory=on_gpu))
    for _ in training.steps():
        loss, plain = losses(feed)
        training.update(loss)
        training.note(plain)
    if rank() == 0:
        model.load_state_dict(training.average)
        unseen = Examples(work, tokenizer, settings.batch, 9, settings.empty_share, held_out=True)
        _report_held_out(losses, iter(unseen), settings.held_out_batches)


@torch.no_grad()
def _report_held_out(
    losses: Callable[[Iterator[Batch]], tuple[torch.Tensor, torch.Tensor]], unseen: Iterator[Batch], batches: int
) -> None:
    plain = torch.stack([losses(unseen)[1] for _ in range(batches)])
    print(f'unet: loss of the averaged weights on held-out clips {plain.mean():.4f}', flush=True)
