"""A small VAE decoder that learns to imitate a large one. It has TAESD's shape (diffusers' DecoderTiny): 1.2 million
weights at 64 channels, where Stable Diffusion's decoder has 49.5 million.
"""

import math
import random
import time
from dataclasses import dataclass

import numpy as np
import torch
from diffusers.models.autoencoders.vae import DecoderTiny
from torch import nn
from torch.nn import functional as F

from riff_conversion.messages import Messages

#: Columns of latents at each side of a crop that are not compared: the large decoder also saw what lies beyond them.
MARGIN = 4
CROP_PIXELS = 128
BATCH = 4
LEARNING_RATE = 1e-3
BLOCKS = 3  # per level, as TAESD


@dataclass(frozen=True)
class Lesson:
    """A whole picture to learn from."""

    latents: np.ndarray  # [C, h, w], as the decoder's graph takes them
    picture: np.ndarray  # [3, H, W] in −1 … 1, as the large decoder gives it


class SmallDecoder(nn.Module):
    """Takes the same latents as the large decoder, so that its graph can replace the large one's. It doubles height and
    width `doublings` times; `scaling` and `shift` are those of the VAE's configuration.
    """

    def __init__(self, latent_channels: int, doublings: int, channels: int, scaling: float, shift: float) -> None:
        super().__init__()
        self.scaling, self.shift = scaling, shift
        self.decoder = DecoderTiny(
            in_channels=latent_channels,
            out_channels=3,
            num_blocks=(*[BLOCKS] * doublings, 1),
            block_out_channels=(channels,) * (doublings + 1),
            upsampling_scaling_factor=2,
            act_fn='relu',
            upsample_fn='nearest',
        )

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        return self.decoder((latent_sample - self.shift) * self.scaling)


def teach(student: SmallDecoder, lessons: list[Lesson], minutes: float, messages: Messages) -> int:
    """Trains on random crops until the time is over, with a rate that falls to 0; returns the number of steps."""
    choose = random.Random(0)
    optimizer = torch.optim.Adam(student.parameters(), LEARNING_RATE)
    started, elapsed, steps = time.monotonic(), 0.0, 0
    while elapsed < 60 * minutes:
        for group in optimizer.param_groups:
            group['lr'] = LEARNING_RATE * (0.5 + 0.5 * math.cos(math.pi * elapsed / (60 * minutes)))
        crops = [crop(lesson, choose) for lesson in choose.choices(lessons, k=BATCH)]
        latents, pictures = (torch.from_numpy(np.stack(of)) for of in zip(*crops, strict=True))
        loss = distance(student(latents), pictures, latents.shape[-1])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        steps += 1
        elapsed = time.monotonic() - started
        if steps % 10 == 0:
            messages.progress(f'teaching, loss {loss.item():.4f}', elapsed / 60, minutes, 'steps')
    return steps


def distance(made: torch.Tensor, wanted: torch.Tensor, columns: int) -> torch.Tensor:
    """L1 of two batches of pictures [n, 3, H, W] and of their differences between neighbouring pixels, since thin lines
    are what is heard. `columns`: of the latents; MARGIN of them at each side do not count.
    """
    edge = min(MARGIN, (columns - 1) // 4) * (made.shape[-1] // columns)
    made, wanted = (picture[..., edge : picture.shape[-1] - edge] for picture in (made, wanted))
    along = [(torch.diff(made, dim=axis), torch.diff(wanted, dim=axis)) for axis in (-1, -2)]
    return F.l1_loss(made, wanted) + sum(F.l1_loss(*pair) for pair in along)


def crop(lesson: Lesson, choose: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """(latents, picture) of random columns, CROP_PIXELS wide and of full height: every row is a pitch of its own."""
    columns = lesson.latents.shape[2]
    factor = lesson.picture.shape[2] // columns
    width = min(max(2, CROP_PIXELS // factor), columns)
    first = choose.randint(0, columns - width)
    span = slice(first * factor, (first + width) * factor)
    return lesson.latents[:, :, first : first + width], lesson.picture[:, :, span]


def psnr(student: SmallDecoder, lessons: list[Lesson]) -> float:
    """PSNR in dB, of the mean square error over all pictures, against a range of 2 (−1 … 1)."""
    squares = []
    with torch.no_grad():
        for lesson in lessons:
            made = student(torch.from_numpy(lesson.latents)[None])[0].clamp(-1, 1).numpy()
            squares.append(np.mean((made - lesson.picture.clip(-1, 1)) ** 2))
    return float(10 * np.log10(4 / np.mean(squares)))
