"""The exported model as a pipeline in Python: OpenVINO, and diffusers' own schedulers."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler, EulerDiscreteScheduler, PNDMScheduler, UniPCMultistepScheduler
from transformers import CLIPTokenizer

from riff_training.text.tokenizer import encode

SCHEDULERS = {
    'dpmpp_2m': DPMSolverMultistepScheduler,
    'unipc': UniPCMultistepScheduler,
    'euler': EulerDiscreteScheduler,
    'pndm': PNDMScheduler,
}
PARTS = ('text_encoder', 'unet', 'vae_decoder', 'vae_encoder')


class RiffMini:
    def __init__(self, folder: Path, precision: str = 'f32', threads: int = 0) -> None:
        """`threads` 0 leaves their number to OpenVINO."""
        core = ov.Core()
        options = {'INFERENCE_PRECISION_HINT': precision, 'INFERENCE_NUM_THREADS': threads, 'ENABLE_CPU_PINNING': False}
        self.parts = {name: core.compile_model(folder / name / 'openvino_model.xml', 'CPU', options) for name in PARTS}
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
        """[n, C, h, w]; the noise of each seed is torch.randn([1, C, h, w]) of the CPU generator."""
        text = np.concatenate([self._text(negatives), self._text(prompts)])
        solver = SCHEDULERS[scheduler].from_config(self.scheduler_config)
        solver.set_timesteps(steps)
        sample = torch.cat([self._noise(seed) for seed in seeds]) * solver.init_noise_sigma
        for timestep in solver.timesteps:
            scaled = solver.scale_model_input(sample, timestep)
            inputs = {
                'sample': torch.cat([scaled, scaled]).numpy(),
                'timestep': np.array([float(timestep)], np.float32),
                'encoder_hidden_states': text,
            }
            out = self.parts['unet'](inputs)['out_sample']
            uncond, cond = torch.from_numpy(out.copy()).chunk(2)
            sample = solver.step(uncond + guidance_scale * (cond - uncond), timestep, sample).prev_sample
        return sample

    def _noise(self, seed: int) -> torch.Tensor:
        return torch.randn((1, *self.latent_shape), generator=torch.Generator().manual_seed(seed))

    def decode(self, latents: torch.Tensor) -> np.ndarray:
        """float32 [n, 3, 512, 512] in [−1, 1], one picture at a time to bound memory."""
        decoder = self.parts['vae_decoder']
        return np.concatenate([decoder(one[None].numpy())['sample'].copy() for one in latents])

    def generate(
        self, prompts: list[str], negatives: list[str], seeds: list[int], batch: int = 4, **settings: Any
    ) -> np.ndarray:
        """uint8 [n, 512, 512], the mean of the three planes; `settings` go before the model's own defaults."""
        settings = {**self.proposed(negatives), **settings}
        made = []
        for i in range(0, len(prompts), batch):
            part = slice(i, i + batch)
            decoded = self.decode(self.latents(prompts[part], negatives[part], seeds[part], **settings))
            made.append(((decoded.mean(1) + 1) * 127.5).round().clip(0, 255).astype(np.uint8))
        return np.concatenate(made)
