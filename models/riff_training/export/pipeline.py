"""The exported model as a pipeline in Python: OpenVINO, and diffusers' own schedulers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from diffusers import (
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    PNDMScheduler,
    TCDScheduler,
    UniPCMultistepScheduler,
)
from transformers import CLIPTokenizer

from riff_conversion.graphs import PARTS
from riff_conversion.nag import NEGATIVE
from riff_training.diffusion.vae import as_picture
from riff_training.learning.precision import inference_options
from riff_training.settings import STUDENT
from riff_training.text.tokenizer import encode

SCHEDULERS = {
    'dpmpp_2m': DPMSolverMultistepScheduler,
    'unipc': UniPCMultistepScheduler,
    'euler': EulerDiscreteScheduler,
    'pndm': PNDMScheduler,
}
FEW_STEPS_SCHEDULER = 'tcd'  # the scheduler of the student


class RiffMini:
    def __init__(self, folder: Path, precision: str = 'f32', threads: int = 0) -> None:
        """`threads` 0 leaves their number to OpenVINO."""
        core = ov.Core()
        options = inference_options(threads, precision)
        parts = [*PARTS, STUDENT] if (folder / STUDENT).exists() else PARTS
        self.parts = {name: core.compile_model(folder / name / 'openvino_model.xml', 'CPU', options) for name in parts}
        self.few_steps_config = folder / 'scheduler_few_steps' / 'scheduler_config.json'
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / 'tokenizer')
        self.scheduler_config = json.loads((folder / 'scheduler' / 'scheduler_config.json').read_text())
        riff = json.loads((folder / 'model_index.json').read_text())['riff']
        self.defaults = {name: riff[name] for name in ('steps', 'guidance_scale', 'scheduler')}
        self.negative_guidance_scale = riff.get('negative_guidance_scale', riff['guidance_scale'])
        unet = json.loads((folder / 'unet' / 'config.json').read_text())
        self.latent_shape = (unet['in_channels'], unet['sample_size'], unet['sample_size'])

    def proposed(self, negatives: list[str]) -> dict[str, Any]:
        """Steps, guidance and scheduler where nobody says otherwise; with any negative prompt the guidance for
        those.
        """
        return {**self.defaults, 'guidance_scale': self.negative_guidance_scale} if any(negatives) else self.defaults

    def has_nag(self, unet: str) -> bool:
        """Whether that part uses a negative prompt at guidance 1."""
        return any(NEGATIVE in port.names for port in self.parts[unet].inputs)

    def _text(self, prompts: list[str]) -> np.ndarray:
        return self.parts['text_encoder'](encode(self.tokenizer, prompts).numpy())['last_hidden_state']

    def latents(
        self,
        prompts: list[str],
        negatives: list[str],
        seeds: list[int],
        steps: int,
        guidance_scale: float,
        scheduler: str = 'dpmpp_2m',
    ) -> torch.Tensor:
        """[n, C, h, w]; the noise of each seed is torch.randn([1, C, h, w]) of the CPU generator. By the student with
        its own scheduler.
        """
        solver, unet, options = self._solver(scheduler, steps)
        if guidance_scale == 1:
            # The empty text is no direction to go away from.
            negatives = [negative or prompt for negative, prompt in zip(negatives, prompts, strict=True)]
        text = np.concatenate([self._text(negatives), self._text(prompts)])
        sample = torch.cat([self._noise(seed) for seed in seeds]) * solver.init_noise_sigma
        for timestep in solver.timesteps:
            scaled = solver.scale_model_input(sample, timestep)
            guided = self._guided(unet, scaled, float(timestep), text, guidance_scale)
            sample = solver.step(guided, timestep, sample, **options).prev_sample
        return sample

    def _solver(self, scheduler: str, steps: int) -> tuple[Any, str, dict[str, float]]:
        """(scheduler, the part that it runs, arguments of its steps)"""
        if scheduler != FEW_STEPS_SCHEDULER:
            solver = SCHEDULERS[scheduler].from_config(self.scheduler_config)
            solver.set_timesteps(steps)
            return solver, 'unet', {}
        config = json.loads(self.few_steps_config.read_text())
        options = {'eta': config.pop('eta')}
        solver = TCDScheduler.from_config(config)
        solver.set_timesteps(steps, original_inference_steps=config['original_inference_steps'])
        return solver, STUDENT, options

    def _guided(self, unet: str, sample: torch.Tensor, timestep: float, text: np.ndarray, scale: float) -> torch.Tensor:
        """`text`: the negative prompts, then the prompts; at scale 1 the negative ones are used by NAG only."""
        sides = 1 if scale == 1 else 2
        own = text[-sides * len(sample) :]
        inputs = {
            'sample': torch.cat([sample] * sides).numpy(),
            'timestep': np.array([timestep], np.float32),
            'encoder_hidden_states': own,
        }
        if self.has_nag(unet):
            inputs[NEGATIVE] = text[: len(sample)] if scale == 1 else own
        out = torch.from_numpy(self.parts[unet](inputs)['out_sample'].copy())
        if scale == 1:
            return out
        uncond, cond = out.chunk(2)
        return uncond + scale * (cond - uncond)

    def _noise(self, seed: int) -> torch.Tensor:
        return torch.randn((1, *self.latent_shape), generator=torch.Generator().manual_seed(seed))

    def decode(self, latents: torch.Tensor) -> np.ndarray:
        """float32 [n, 3, 512, 512] in [−1, 1], one picture at a time to bound memory."""
        decoder = self.parts['vae_decoder']
        return np.concatenate([decoder(one[None].numpy())['sample'].copy() for one in latents])

    def generate(
        self, prompts: list[str], negatives: list[str], seeds: list[int], batch: int = 4, **settings: Any
    ) -> np.ndarray:
        """uint8 [n, 512, 512], the mean of the three planes; `settings` override the model's own defaults."""
        settings = {**self.proposed(negatives), **settings}
        made = []
        for i in range(0, len(prompts), batch):
            part = slice(i, i + batch)
            decoded = self.decode(self.latents(prompts[part], negatives[part], seeds[part], **settings))
            made.append(as_picture(torch.from_numpy(decoded)))
        return np.concatenate(made)
