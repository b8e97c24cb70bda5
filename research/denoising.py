"""A model folder under Python's OpenVINO and diffusers' DPM++ 2M, to try accelerations that Riff's engine has not.

A *case* says how the prediction of every step is made; `measure` holds it against the exact run of the same noise.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from PIL import Image
from transformers import CLIPTokenizer

PROMPTS = ['jazz with piano and drums', 'ambient synth pad', 'rock guitar solo', 'techno drum beat']
EXACT = {'INFERENCE_PRECISION_HINT': 'f32'}


@dataclass(frozen=True)
class Step:
    index: int
    steps: int
    sigma: float  # √((1 − ᾱ) / ᾱ) of the timestep
    timestep: int
    latents: torch.Tensor  # [1, C, h, w]
    text: np.ndarray  # embeddings of the empty text and the prompt, [2, tokens, width]


#: A step → the prediction under guidance, [1, C, h, w]. Made anew for every picture.
Predict = Callable[[Step], torch.Tensor]


@dataclass(frozen=True)
class Case:
    name: str
    begin: Callable[[], Predict]
    figures: dict[str, float]  # of its own, beside the others'


class Model:
    def __init__(self, folder: Path, steps: int | None = None) -> None:
        self.core = ov.Core()
        self.folder = folder
        settings = self._json('model_index.json').get('riff', {})
        unet = self._json('unet', 'config.json')
        vae = self._json('vae_decoder', 'config.json')
        self.steps = steps or settings.get('steps', 20)
        self.guidance = settings.get('guidance_scale', 7)
        self.scheduler_config = self._json('scheduler', 'scheduler_config.json')
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / 'tokenizer')
        self.text = self._compiled('text_encoder')
        self.decoder = self._compiled('vae_decoder')
        size = unet['sample_size']
        self.latent_shape = (unet['in_channels'], *((size, size) if isinstance(size, int) else size))
        self.scaling = vae.get('scaling_factor') or 0.18215
        self.shift = vae.get('shift_factor') or 0
        ports = {port.get_any_name(): port for port in self.core.read_model(self.unet_path).inputs}
        if missing := {'sample', 'timestep', 'encoder_hidden_states'} - ports.keys():
            names = ', '.join(sorted(missing))
            raise SystemExit(f"{folder / 'unet'}: expected Optimum Intel's port names, found no {names}")
        self.timestep = ports['timestep']
        self.width = ports['encoder_hidden_states'].partial_shape[2].get_length()

    @property
    def unet_path(self) -> Path:
        return self.folder / 'unet' / 'openvino_model.xml'

    def _json(self, *path: str) -> dict[str, Any]:
        return json.loads(self.folder.joinpath(*path).read_text())

    def _compiled(self, part: str) -> ov.CompiledModel:
        return self.core.compile_model(self.folder / part / 'openvino_model.xml', 'CPU', EXACT)

    def shapes(self, batch: int) -> dict[str, ov.PartialShape]:
        """Of the U-Net's inputs."""
        shapes = {
            'sample': [batch, *self.latent_shape],
            'timestep': list(self.times(0).shape),
            'encoder_hidden_states': [batch, self.tokenizer.model_max_length, self.width],
        }
        return {name: ov.PartialShape(shape) for name, shape in shapes.items()}

    def times(self, timestep: int) -> np.ndarray:
        shape = [1] * self.timestep.partial_shape.rank.get_length()
        return np.full(shape, timestep, self.timestep.get_element_type().to_dtype())

    def inputs(self, step: Step, rows: slice = slice(0, 2)) -> dict[str, np.ndarray]:
        """Of the U-Net: the uncond row, the cond row or both."""
        text = step.text[rows]
        return {
            'sample': torch.cat([step.latents] * len(text)).numpy(),
            'timestep': self.times(step.timestep),
            'encoder_hidden_states': text,
        }

    def guided(self, predicted: np.ndarray) -> torch.Tensor:
        """[2, C, h, w] → [1, C, h, w]"""
        uncond, cond = torch.from_numpy(predicted).chunk(2)
        return uncond + self.guidance * (cond - uncond)

    def embed(self, prompt: str) -> np.ndarray:
        ids = self.tokenizer(['', prompt], padding='max_length', truncation=True, return_tensors='np').input_ids
        port = self.text.input(0).get_element_type().to_dtype()
        return self.text(ids.astype(port))['last_hidden_state'].copy()

    def noise(self, seed: int) -> torch.Tensor:
        return torch.randn((1, *self.latent_shape), generator=torch.Generator().manual_seed(seed))

    def denoise(self, predict: Predict, text: np.ndarray, seed: int) -> torch.Tensor:
        """The latents after DPM++ 2M."""
        solver = DPMSolverMultistepScheduler.from_config(self.scheduler_config)
        solver.set_timesteps(self.steps)
        latents = self.noise(seed) * solver.init_noise_sigma
        for index, timestep in enumerate(solver.timesteps):
            kept = float(solver.alphas_cumprod[int(timestep)])
            sigma = ((1 - kept) / max(kept, 1e-12)) ** 0.5
            step = Step(index, len(solver.timesteps), sigma, int(timestep), latents, text)
            latents = solver.step(predict(step), timestep, latents).prev_sample
        return latents

    def draw(self, latents: torch.Tensor) -> np.ndarray:
        """float [h, w] in [0, 1]"""
        decoded = self.decoder((latents / self.scaling + self.shift).numpy())[0]
        return ((decoded.mean(1)[0] + 1) / 2).clip(0, 1)


def measure(
    model: Model, exact: Case, cases: list[Case], prompts: list[str], pictures: Path | None
) -> list[dict[str, Any]]:
    """One row of figures a case: latentsError and psnrDb as means over the prompts, timeRatio as the median."""
    found: dict[str, list[tuple[float, float, float]]] = {case.name: [] for case in cases}
    for seed, prompt in enumerate(prompts):
        text = model.embed(prompt)
        wanted, exact_s = timed(model.denoise, exact.begin(), text, seed)
        wanted_picture = model.draw(wanted)
        for case in cases:
            latents, took_s = timed(model.denoise, case.begin(), text, seed)
            picture = model.draw(latents)
            error = float((latents - wanted).norm() / wanted.norm())
            found[case.name].append((error, psnr_db(picture, wanted_picture), took_s / exact_s))
            save(pictures, case.name, seed, picture)
    return [{'name': case.name, **_summary(found[case.name]), **case.figures} for case in cases]


def _summary(rows: list[tuple[float, float, float]]) -> dict[str, float]:
    errors, psnr, times = np.array(rows).T
    return {
        'latentsError': float(errors.mean()),
        'psnrDb': float(psnr.mean()),
        'timeRatio': float(np.median(times)),
    }


def psnr_db(picture: np.ndarray, wanted: np.ndarray) -> float:
    """At most 120 dB, which stands for no difference."""
    return float(-10 * np.log10(max(1e-12, np.mean((picture - wanted) ** 2))))


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """(result, seconds)"""
    begun = time.perf_counter()
    return work(*arguments), time.perf_counter() - begun


def save(folder: Path | None, name: str, index: int, picture: np.ndarray) -> None:
    if folder is not None:
        (folder / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray((picture * 255).round().astype(np.uint8)).save(folder / name / f'{index:04d}.png')


def parser_of(doc: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc.split('\n')[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--steps', type=int, help="diffusion steps (default: the model's)")
    parser.add_argument('--prompts', type=Path, help='a prompt on each line (default: four)')
    parser.add_argument('--pictures', type=Path, help='keep the pictures, a folder for each case')
    return parser


def prompts_of(arguments: argparse.Namespace) -> list[str]:
    return list(_lines(arguments.prompts)) if arguments.prompts else PROMPTS


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text().split('\n') if line.strip())
