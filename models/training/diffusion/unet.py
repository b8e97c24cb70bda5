"""Stage `unet`: the denoiser of the latents, guided by the frozen text encoder."""

import random
from collections.abc import Iterator

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from diffusion.latent_store import LatentStore
from diffusion.vae import LATENT_CHANNELS
from evaluation.classifier import song_of
from learning.precision import fast_arithmetic
from learning.training import Training
from learning.workers import rank, run_workers
from music.captions import caption
from text.encoder import WIDTH, frozen_encoder
from text.tokenizer import encode
from workspace import ClipStore, Workspace

WIDTHS = (64, 128, 192)
LR, EMPTY_SHARE, SNR_LIMIT = 1.5e-3, 0.1, 5.0
BATCH, GPU_BATCH = 24, 320  # BATCH for each worker
AVERAGING, GPU_AVERAGING = 0.997, 0.999
HELD_OUT_BATCHES = 12
LEAST_WEIGHT = 0.5  # of the noisiest steps, where it is decided which instruments play
NOISE = {'num_train_timesteps': 1000, 'beta_start': 0.00085, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear', 'prediction_type': 'v_prediction',
         'rescale_betas_zero_snr': True}


def denoiser() -> UNet2DConditionModel:
    """SD's U-Net; the caption also enters as a whole, added to the time embedding, for it decides which instruments play."""
    model = UNet2DConditionModel(
        sample_size=32, in_channels=LATENT_CHANNELS, out_channels=LATENT_CHANNELS, block_out_channels=WIDTHS, layers_per_block=1,
        down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'),
        up_block_types=('CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'UpBlock2D'),
        cross_attention_dim=WIDTH, attention_head_dim=4, norm_num_groups=16, use_linear_projection=True,
        addition_embed_type='text', addition_embed_type_num_heads=4)
    nn.init.zeros_(model.add_embedding.norm2.weight)  # begins as the plain U-Net
    return model


class Examples(IterableDataset):
    """Endless batches of (float32 latents [n, C, 32, 32], token ids [n, 32]); every caption is drawn anew."""

    def __init__(self, work: Workspace, tokenizer, batch: int, seed: int, held_out: bool = False):
        self.store, self.tokenizer, self.batch, self.seed = ClipStore(work), tokenizer, batch, seed
        self.latents = LatentStore(work, self.store)
        self.clips = self.latents.known(self.store.split()[held_out])  # an unfinished `latents` stage only means fewer clips

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        reader = get_worker_info()
        rng = random.Random(1_000_000 * self.seed + (reader.id if reader else 0))
        while True:
            chosen = rng.sample(self.clips, min(self.batch, len(self.clips)))
            captions = ['' if rng.random() < EMPTY_SHARE else caption(song_of(self.store.clips[i]), rng) for i in chosen]
            yield torch.from_numpy(self.latents.rows(chosen)), encode(self.tokenizer, captions)


def noise_scheduler(device: str) -> DDPMScheduler:
    scheduler = DDPMScheduler(**NOISE)
    scheduler.alphas_cumprod = scheduler.alphas_cumprod.to(device)
    return scheduler


def stratified_timesteps(count: int, generator: torch.Generator) -> torch.Tensor:
    """One timestep from each of `count` equal shares of the schedule."""
    drawn = torch.rand(count, generator=generator, device=generator.device)
    return ((torch.arange(count, device=generator.device) + drawn) / count * 1000).long()


def velocity_loss(model, scheduler: DDPMScheduler, latents, text, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """(loss weighted by min-SNR-5, plain mean) of the v-prediction; the weight has a floor for the noisiest steps."""
    timesteps = stratified_timesteps(len(latents), generator)
    noise = torch.randn(latents.shape, generator=generator, device=latents.device)
    with fast_arithmetic(latents.device.type):
        guess = model(scheduler.add_noise(latents, noise, timesteps), timesteps, text).sample.float()
    error = (guess - scheduler.get_velocity(latents, noise, timesteps)).square().mean((1, 2, 3))
    kept = scheduler.alphas_cumprod[timesteps]
    ratio = kept / (1 - kept)
    weight = (ratio.clamp(max=SNR_LIMIT) / (ratio + 1)).clamp(min=LEAST_WEIGHT)
    return (weight * error).mean() / 0.5, error.mean()


def run(arguments) -> None:
    """On the CPU by workers of one thread each; on a GPU alone, while `--threads` processes draw the examples."""
    run_workers(_train, arguments) if arguments.device == 'cpu' else _train(arguments)


def _train(arguments) -> None:
    work, device, on_gpu = Workspace(arguments.work), arguments.device, arguments.device != 'cpu'
    torch.backends.cudnn.benchmark = True
    torch.manual_seed(3)
    tokenizer, text_encoder = frozen_encoder(work)
    model, scheduler = denoiser().to(device), noise_scheduler(device)
    if not on_gpu:
        model.set_attn_processor(AttnProcessor())  # plain products: the backward pass of fused attention is slow on a CPU
    training = Training(work, 'unet', model, arguments.minutes or 60, LR, GPU_AVERAGING if on_gpu else AVERAGING, arguments.fresh)
    seed = training.step * 2 + rank()
    generator, text_encoder = torch.Generator(device).manual_seed(seed), text_encoder.to(device)

    def losses(examples: Iterator) -> tuple[torch.Tensor, torch.Tensor]:
        latents, ids = (tensor.to(device, non_blocking=True) for tensor in next(examples))
        with torch.no_grad():
            text = text_encoder(ids).last_hidden_state
        return velocity_loss(model, scheduler, latents, text, generator)

    batch, readers = (GPU_BATCH, arguments.threads) if on_gpu else (BATCH, 0)
    feed = iter(DataLoader(Examples(work, tokenizer, batch, seed), batch_size=None, num_workers=readers, pin_memory=on_gpu))
    for _ in training.steps():
        loss, plain = losses(feed)
        training.update(loss)
        training.note(plain)
    if rank() == 0:
        model.load_state_dict(training.average)
        _report_held_out(losses, iter(Examples(work, tokenizer, batch, 9, held_out=True)))


@torch.no_grad()
def _report_held_out(losses, unseen: Iterator) -> None:
    plain = torch.stack([losses(unseen)[1] for _ in range(HELD_OUT_BATCHES)])
    print(f'unet: loss of the averaged weights on held-out clips {plain.mean():.4f}', flush=True)
