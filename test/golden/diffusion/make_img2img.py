"""Makes img2img.json: what diffusers' img2img and inpaint pipelines do with given latents, for each scheduler.

Run: python make_img2img.py   (diffusers, torch, numpy; the versions are written into the file)
The pipelines are diffusers' own; the U-Net in them is the dummy of diffusers' scheduler tests, latents * t / (t + 1),
and the latents are a deterministic ramp. Values agree to 1e-4, or 1e-4 of the largest one above 1.
PNDM: diffusers cuts its list of timesteps behind the one that stands twice in it and so ends one noise level off. Here
the second of the timesteps that are left is the one that stands twice; the steps are diffusers' step_plms.
LCM and TCD: the pipelines would take the last of their few timesteps. Here the scheduler's own set_timesteps cuts the
grid of the distillation by the strength, to the nearest place, and takes as large a part of the steps, rounded up.
"""

import json
import math
import pathlib
from types import SimpleNamespace
from typing import Any

import diffusers
import numpy as np
import torch
from diffusers import PNDMScheduler, StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline
from schedulers import CLASSES as PLAIN_CLASSES
from schedulers import SD

diffusers.utils.logging.set_verbosity_error()
CHANNELS, HEIGHT, WIDTH = 4, 4, 8
STEPS, SEED = 20, 11
STRENGTHS = (0.3, 0.55, 0.8, 1)
# The settings of riff-mini.
ZERO_SNR = dict(SD, timestep_spacing='trailing', rescale_betas_zero_snr=True, prediction_type='v_prediction')


class Pndm(PNDMScheduler):
    """The list of timesteps is cut first, then its second entry is repeated."""

    first = 0

    def set_timesteps(self, steps: int, device: Any = None) -> None:
        super().set_timesteps(steps, device)
        falling = list(dict.fromkeys(self.timesteps.tolist()))
        taken = falling[self.first :]
        self.timesteps = torch.tensor(falling[: self.first] + taken[:1] + taken[1:2] * 2 + taken[2:])


CLASSES = PLAIN_CLASSES | {'pndm': (Pndm, PLAIN_CLASSES['pndm'][1])}


def distilled_timesteps(name: str, config: dict[str, Any], strength: float) -> list[int]:
    """Behind one more, which the pipelines then leave out: where they take all, they begin with nothing but noise."""
    scheduler = CLASSES[name][0].from_config(config)
    grid = scheduler.config.original_inference_steps
    taken = math.ceil(round(STEPS * strength, 9))
    scheduler.set_timesteps(taken, strength=(round(grid * strength) + 0.5) / grid)
    return [999, *scheduler.timesteps.tolist()]


class Dummy(torch.nn.Module):
    device, dtype = torch.device('cpu'), torch.float32


class DummyUnet(Dummy):
    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(in_channels=CHANNELS, sample_size=HEIGHT, time_cond_proj_dim=None)

    def forward(self, latents: torch.Tensor, t: torch.Tensor, **_: Any) -> tuple[torch.Tensor]:
        return (latents * (t / (t + 1)),)


class DummyVae(Dummy):
    def __init__(self) -> None:
        super().__init__()
        self.config = SimpleNamespace(
            block_out_channels=(1, 1, 1, 1), latent_channels=CHANNELS, scaling_factor=1.0, force_upcast=False
        )


def ramp() -> torch.Tensor:
    count = CHANNELS * HEIGHT * WIDTH
    return (torch.arange(count, dtype=torch.float32).reshape(1, CHANNELS, HEIGHT, WIDTH) / count - 0.3) * 3


def pipeline(kind: Any, name: str, config: dict[str, Any], strength: float) -> Any:
    cls, extra = CLASSES[name]
    scheduler = cls.from_config(config, **extra)
    if isinstance(scheduler, Pndm):
        scheduler.first = STEPS - min(int(STEPS * strength), STEPS)
    parts = {'vae': DummyVae(), 'unet': DummyUnet(), 'scheduler': scheduler}
    absent = {'text_encoder': None, 'tokenizer': None, 'safety_checker': None, 'feature_extractor': None}
    pipe = kind(**parts, **absent, requires_safety_checker=False)
    pipe.set_progress_bar_config(disable=True)
    return pipe


def options(name: str, config: dict[str, Any], strength: float) -> dict[str, Any]:
    steps: dict[str, Any] = {'num_inference_steps': STEPS, 'strength': strength}
    if name in ('lcm', 'tcd') and strength < 1:
        timesteps = distilled_timesteps(name, config, strength)
        steps = {'timesteps': timesteps, 'strength': (len(timesteps) - 0.5) / len(timesteps)}
    return {
        **steps,
        'prompt_embeds': torch.zeros(1, 2, 3),
        'image': ramp(),
        'guidance_scale': 1,
        # TCD's own default, for which the pipelines would pass 0; of the others only DDIM looks at it.
        'eta': 0.3 if name == 'tcd' else 0,
        'generator': torch.Generator('cpu').manual_seed(SEED),
        'output_type': 'latent',
        'return_dict': False,
    }


def numbers(values: torch.Tensor) -> list[float]:
    assert torch.isfinite(values).all()
    return [float(f'{v:.8g}') for v in values.flatten().tolist()]


def img2img(name: str, config: dict[str, Any], strength: float) -> list[float]:
    return numbers(
        pipeline(StableDiffusionImg2ImgPipeline, name, config, strength)(**options(name, config, strength))[0]
    )


def inpaint(name: str, config: dict[str, Any], strength: float) -> list[float]:
    """The left half is kept."""
    mask = torch.zeros(1, 1, 8 * HEIGHT, 8 * WIDTH)
    mask[..., 4 * WIDTH :] = 1
    size = {'height': 8 * HEIGHT, 'width': 8 * WIDTH}
    pipe = pipeline(StableDiffusionInpaintPipeline, name, config, strength)
    return numbers(pipe(**options(name, config, strength), mask_image=mask, masked_image_latents=ramp(), **size)[0])


def slerp(amount: float, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of riffusion-hobby and diffusers' community pipelines, in 64 bits."""
    dot = np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))
    if abs(dot) > 0.9995:
        return (1 - amount) * a + amount * b
    angle = np.arccos(dot)
    return (np.sin((1 - amount) * angle) * a + np.sin(amount * angle) * b) / np.sin(angle)


def slerps() -> dict[str, Any]:
    def noise(seed: int) -> np.ndarray:
        return torch.randn(64, generator=torch.Generator('cpu').manual_seed(seed)).numpy().astype(np.float64)

    return {
        'a': noise(3).tolist(),
        'b': noise(4).tolist(),
        'cases': [
            {'amount': amount, 'values': slerp(amount, noise(3), noise(4)).tolist()} for amount in (0, 0.1, 0.5, 1)
        ],
    }


def main() -> None:
    torch.set_grad_enabled(False)
    cases = [
        {
            'scheduler': name,
            'config': config,
            'strength': strength,
            'img2img': img2img(name, config, strength),
            'inpaint': inpaint(name, config, strength),
        }
        for config in (SD, ZERO_SNR)
        for name in CLASSES
        for strength in STRENGTHS
    ]
    golden = {
        'versions': {'diffusers': diffusers.__version__, 'torch': torch.__version__, 'numpy': np.__version__},
        'tolerance': 1e-4,
        'shape': [CHANNELS, HEIGHT, WIDTH],
        'steps': STEPS,
        'seed': SEED,
        'cases': cases,
        'slerp': slerps(),
    }
    (pathlib.Path(__file__).parent / 'img2img.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
