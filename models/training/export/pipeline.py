"""The exported model as a pipeline in Python: OpenVINO in float32 inference, diffusers' own schedulers."""

import json
from pathlib import Path

import numpy as np
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from transformers import CLIPTokenizer

from text.tokenizer import encode


class RiffMini:
    def __init__(self, folder: Path):
        core = ov.Core()
        self.parts = {name: core.compile_model(folder / name / 'openvino_model.xml', 'CPU', {'INFERENCE_PRECISION_HINT': 'f32'})
                      for name in ('text_encoder', 'unet', 'vae_decoder', 'vae_encoder')}
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / 'tokenizer')
        self.scheduler_config = json.loads((folder / 'scheduler' / 'scheduler_config.json').read_text())
        unet = json.loads((folder / 'unet' / 'config.json').read_text())
        self.latent_shape = (unet['in_channels'], unet['sample_size'], unet['sample_size'])

    def _text(self, prompts: list[str]) -> np.ndarray:
        return self.parts['text_encoder'](encode(self.tokenizer, prompts).numpy())['last_hidden_state']

    def latents(self, prompts: list[str], negatives: list[str], seeds: list[int], steps: int = 20, guidance_scale: float = 4.0) -> torch.Tensor:
        """[n, C, h, w]; the noise of each seed is torch.randn([1, C, h, w]) of the CPU generator."""
        text = np.concatenate([self._text(negatives), self._text(prompts)])
        scheduler = DPMSolverMultistepScheduler.from_config(self.scheduler_config)
        scheduler.set_timesteps(steps)
        sample = torch.cat([torch.randn((1, *self.latent_shape), generator=torch.Generator().manual_seed(seed)) for seed in seeds])
        for timestep in scheduler.timesteps:
            both = torch.cat([sample, sample]).numpy()
            out = self.parts['unet']({'sample': both, 'timestep': np.array([int(timestep)], np.float32), 'encoder_hidden_states': text})['out_sample']
            negative, positive = torch.from_numpy(out.copy()).chunk(2)
            sample = scheduler.step(negative + guidance_scale * (positive - negative), timestep, sample).prev_sample
        return sample

    def decode(self, latents: torch.Tensor) -> np.ndarray:
        """float32 [n, 3, 512, 512] in [−1, 1], one picture at a time to bound memory."""
        return np.concatenate([self.parts['vae_decoder'](latents[i : i + 1].numpy())['sample'].copy() for i in range(len(latents))])

    def generate(self, prompts, negatives, seeds, steps: int = 20, guidance_scale: float = 4.0, batch: int = 4) -> np.ndarray:
        """uint8 [n, 512, 512], the mean of the three planes."""
        made = []
        for i in range(0, len(prompts), batch):
            part = slice(i, i + batch)
            decoded = self.decode(self.latents(prompts[part], negatives[part], seeds[part], steps, guidance_scale))
            made.append(((decoded.mean(1) + 1) * 127.5).round().clip(0, 255).astype(np.uint8))
        return np.concatenate(made)
