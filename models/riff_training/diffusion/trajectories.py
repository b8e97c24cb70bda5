"""Stage `trajectories`: records some of the latents that the guided denoiser passes through on its way from noise to
picture. The student learns to go from one to the next in a single step.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from torch import nn

from riff_conversion.graphs import Part, UnetPart, graph_of
from riff_training.diffusion.unet import NOISE, denoiser, unet_inputs
from riff_training.diffusion.vae import LATENT_CHANNELS
from riff_training.learning.precision import inference_options
from riff_training.learning.training import averaged, save_tensors
from riff_training.music.captions import wording
from riff_training.music.song import song_from
from riff_training.settings import TrajectoriesSettings
from riff_training.text.encoder import frozen_encoder
from riff_training.text.tokenizer import encode
from riff_training.workspace import Workspace

FIRST_SEED = 50_000_000  # of the songs that are asked for
PER_FILE = 32
BATCH = 16  # trajectories at a time
TEACHER_STEPS = 12
GRID = (999, 749, 499, 249)  # timesteps of the student, all among the teacher's
DPM_SOLVER = {'algorithm_type': 'dpmsolver++', 'solver_order': 2, 'timestep_spacing': 'trailing'}
Teacher = Callable[[torch.Tensor, int, torch.Tensor], torch.Tensor]  # (latents, timestep, text) → v


class Trajectories(NamedTuple):
    ids: torch.Tensor  # of the prompts, [n, 32]
    latents: torch.Tensor  # at GRID and at the end, float16 [n, 5, C, 32, 32]


def run(settings: TrajectoriesSettings) -> None:
    work = Workspace(settings.work)
    torch.set_num_threads(settings.threads)
    tokenizer, encoder = frozen_encoder(work)
    teacher = _compiled(averaged(work, 'unet', denoiser()), settings.threads)
    with torch.no_grad():
        empty = encoder(encode(tokenizer, [''])).last_hidden_state
    for number in range(-(-settings.count // PER_FILE)):
        file = trajectory_file(work, number)
        if file.exists():
            continue
        rng = random.Random(FIRST_SEED + number)
        ids = encode(tokenizer, [_prompt(rng) for _ in range(PER_FILE)])
        with torch.no_grad():
            text = encoder(ids).last_hidden_state
        noise = torch.randn(
            (PER_FILE, LATENT_CHANNELS, 32, 32), generator=torch.Generator().manual_seed(FIRST_SEED + number)
        )
        parts = [
            descend(teacher, noise[part], torch.cat([empty.expand(len(part), -1, -1), text[part]]), settings.guidance)
            for part in torch.arange(PER_FILE).split(BATCH)
        ]
        save_tensors(file, Trajectories(ids, torch.cat(parts).half())._asdict())
        print(f'trajectories: {PER_FILE * (number + 1)} of {settings.count}', flush=True)


def trajectory_file(work: Workspace, number: int) -> Path:
    return work.path('trajectories', f'{number:04d}.pt')


def load_trajectories(work: Workspace) -> Trajectories:
    """All recorded trajectories, in the order of their numbers."""
    files = sorted(work.path('trajectories', '0000.pt').parent.glob('*.pt'))
    loaded = [torch.load(file, weights_only=True) for file in files]
    return Trajectories(*(torch.cat([part[name] for part in loaded]) for name in Trajectories._fields))


def _prompt(rng: random.Random) -> str:
    """A caption, half of the time in its plain form, and sometimes the empty prompt."""
    song = song_from(FIRST_SEED, rng)
    return rng.choice(wording(song, rng)) if rng.random() < 0.97 else ''


def descend(teacher: Teacher, noise: torch.Tensor, text: torch.Tensor, guidance: float) -> torch.Tensor:
    """[n, 5, C, h, w]: the latents at the timesteps of GRID and at the end, from `noise` [n, C, h, w] on. `text`: the
    hidden states of n empty prompts, then of the n prompts.
    """
    solver = DPMSolverMultistepScheduler(**NOISE, **DPM_SOLVER)
    solver.set_timesteps(TEACHER_STEPS)
    sample, reached = noise, []
    for timestep in solver.timesteps:
        if int(timestep) in GRID:
            reached.append(sample)
        away, towards = teacher(torch.cat([sample, sample]), int(timestep), text).chunk(2)
        guided = away + guidance * (towards - away)
        sample = solver.step(guided, timestep, sample).prev_sample
    return torch.stack([*reached, sample], 1)


def _compiled(unet: nn.Module, threads: int) -> Teacher:
    """The denoiser in OpenVINO, for batches of 2 · BATCH."""
    inputs = unet_inputs()
    graph = graph_of(Part(UnetPart(unet), inputs, ['out_sample'], {}))
    graph.reshape({name: [2 * BATCH, *example.shape[1:]] for name, example in inputs.items() if example.ndim > 1})
    compiled = ov.Core().compile_model(graph, 'CPU', inference_options(threads))

    def predict(sample: torch.Tensor, timestep: int, text: torch.Tensor) -> torch.Tensor:
        values = {
            'sample': sample.numpy(),
            'timestep': np.array([timestep], np.float32),
            'encoder_hidden_states': text.numpy(),
        }
        return torch.from_numpy(compiled(values)['out_sample'].copy())

    return predict
