"""Stage `student`: a U-Net that takes four steps where the guided denoiser takes twelve, with one prediction a step.

Distilled from its trajectories (stage `trajectories`) as in Salimans and Ho, 2022 (arXiv 2202.00512), with guidance
built in as in Meng et al., 2023 (arXiv 2210.03142). Between two points of the grid a deterministic step rotates the
latents by a fixed angle, so exactly one velocity leads from one point to the other: that is what the student learns.

It has the denoiser's shape. With a negative prompt it is run a second time and guided away from the prediction for that
prompt. Given the negative prompt as a second text in training, it did not learn to obey it.
"""

from collections.abc import Iterator

import torch
from diffusers.models.attention_processor import AttnProcessor
from torch import nn
from torch.nn import functional as F

from riff_training.diffusion.trajectories import GRID, Trajectories, load_trajectories
from riff_training.diffusion.unet import denoiser, noise_scheduler
from riff_training.learning.precision import fast_arithmetic
from riff_training.learning.training import Training, averaged
from riff_training.learning.workers import rank, run_workers
from riff_training.settings import StudentSettings
from riff_training.text.encoder import frozen_encoder
from riff_training.workspace import Workspace

HELD_OUT = 64  # of the trajectories, for the report


class Grid:
    """The student's steps: from each timestep of GRID to the next, and from the last to the end. `index` [n] numbers
    them from 0; `latents`, `velocity` and `reached` are [n, C, h, w].
    """

    def __init__(self) -> None:
        kept = noise_scheduler('cpu').alphas_cumprod
        self.timesteps = torch.tensor(GRID)
        # The end is timestep 0, as schedulers for distilled weights have it.
        self.before, self.after = (torch.acos(kept[list(steps)].sqrt()) for steps in (GRID, (*GRID[1:], 0)))

    def turn(self, latents: torch.Tensor, velocity: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        """The latents after a step: rotated towards −v by the angle of that step."""
        angle = self._angle(index)
        return angle.cos() * latents - angle.sin() * velocity

    def velocity(self, latents: torch.Tensor, reached: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
        """The one velocity with which `turn` leads from `latents` to `reached`."""
        angle = self._angle(index)
        return (angle.cos() * latents - reached) / angle.sin()

    def _angle(self, index: torch.Tensor) -> torch.Tensor:
        return (self.before - self.after)[index][:, None, None, None]


def run(settings: StudentSettings) -> None:
    run_workers(_train, settings)


def _train(settings: StudentSettings) -> None:
    work = Workspace(settings.work)
    torch.manual_seed(settings.seed)
    _, encoder = frozen_encoder(work)
    model = averaged(work, 'unet', denoiser()).requires_grad_(True)
    model.set_attn_processor(AttnProcessor())
    training = Training(work, 'student', model, settings)
    known = load_trajectories(work)
    unseen = Trajectories(*(part[:HELD_OUT] for part in known))
    grid = Grid()
    generator = torch.Generator().manual_seed(settings.seed + 1000 * rank() + training.step)
    chosen = _pairs(len(known.ids), settings.batch, generator)
    for _ in training.steps():
        rows, index = next(chosen)
        latents, reached = (known.latents[rows, at].float() for at in (index, index + 1))
        with torch.no_grad():
            text = encoder(known.ids[rows]).last_hidden_state
        with fast_arithmetic():
            guess = model(latents, grid.timesteps[index], text).sample.float()
        loss = F.mse_loss(guess, grid.velocity(latents, reached, index))
        training.update(loss)
        training.note(loss)
    if rank() == 0:
        model.load_state_dict(training.average)
        model.eval()
        away = _distance(model, encoder, grid, unseen)
        print(f"student: from the denoiser's latents on unseen trajectories {away:.3f} of their deviation", flush=True)


def _pairs(count: int, batch: int, generator: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless pairs of indices (trajectories [batch], steps [batch]); every step of the grid is equally frequent."""
    index = torch.arange(batch) % len(GRID)
    while True:
        order = torch.randperm(count - HELD_OUT, generator=generator) + HELD_OUT
        for rows in order.split(batch):
            yield rows, index[: len(rows)][torch.randperm(len(rows), generator=generator)]


@torch.no_grad()
def _distance(model: nn.Module, encoder: nn.Module, grid: Grid, unseen: Trajectories) -> float:
    """How far the student's last latents are from the denoiser's: RMS, in deviations of the latter."""
    rows = torch.arange(len(unseen.ids))
    text = encoder(unseen.ids).last_hidden_state
    latents = unseen.latents[:, 0].float()
    for step in range(len(GRID)):
        index = torch.full_like(rows, step)
        latents = grid.turn(latents, model(latents, grid.timesteps[index], text).sample, index)
    wanted = unseen.latents[:, -1].float()
    return float((latents - wanted).square().mean().sqrt() / wanted.std())
