"""Stage `unet`: the denoiser of the latents, guided by the frozen text encoder."""

import random

import torch
from diffusers import DDPMScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import nn

from diffusion.latents import LatentStore
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
BATCH, LR, EMPTY_SHARE, SNR_LIMIT = 16, 1.5e-3, 0.1, 5.0  # BATCH for each worker
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


def stratified_timesteps(count: int, generator: torch.Generator) -> torch.Tensor:
    """One timestep from each of `count` equal shares of the schedule."""
    return ((torch.arange(count) + torch.rand(count, generator=generator)) / count * 1000).long()


def velocity_loss(model, scheduler: DDPMScheduler, latents, text, generator: torch.Generator) -> tuple[torch.Tensor, float]:
    """(loss weighted by min-SNR-5, plain mean) of the v-prediction; the weight has a floor for the noisiest steps."""
    timesteps = stratified_timesteps(len(latents), generator)
    noise = torch.randn(latents.shape, generator=generator)
    with fast_arithmetic():
        guess = model(scheduler.add_noise(latents, noise, timesteps), timesteps, text).sample.float()
    error = (guess - scheduler.get_velocity(latents, noise, timesteps)).square().mean((1, 2, 3))
    kept = scheduler.alphas_cumprod[timesteps]
    ratio = kept / (1 - kept)
    weight = (ratio.clamp(max=SNR_LIMIT) / (ratio + 1)).clamp(min=LEAST_WEIGHT)
    return (weight * error).mean() / 0.5, error.mean().item()


def run(arguments) -> None:
    run_workers(_train, arguments)


def _train(arguments) -> None:
    work = Workspace(arguments.work)
    store = ClipStore(work)
    train, _ = store.split()
    latents = LatentStore(work, store)
    train = latents.known(train)  # an unfinished `latents` stage only means fewer clips
    tokenizer, text_encoder = frozen_encoder(work)
    torch.manual_seed(3)
    model, scheduler = denoiser(), DDPMScheduler(**NOISE)
    model.set_attn_processor(AttnProcessor())  # plain products: the backward pass of fused attention is slow on a CPU
    training = Training(work, 'unet', model, arguments.minutes or 60, LR, averaging=0.997, fresh=arguments.fresh)
    rng = random.Random(training.step * 2 + rank())
    generator = torch.Generator().manual_seed(1_000_000 * rank() + training.step)
    for _ in training.steps():
        chosen = rng.sample(train, BATCH)
        captions = ['' if rng.random() < EMPTY_SHARE else caption(song_of(store.clips[i]), rng) for i in chosen]
        with torch.no_grad():
            text = text_encoder(encode(tokenizer, captions)).last_hidden_state
        batch = torch.from_numpy(latents.rows(chosen))
        loss, plain = velocity_loss(model, scheduler, batch, text, generator)
        training.update(loss)
        training.note(plain)
