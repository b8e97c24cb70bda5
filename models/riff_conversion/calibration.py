"""Real inputs of U-Net and VAE decoder: a few diffusion steps for prompts of music, through the converted parts
themselves.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import diffusers
import numpy as np
import openvino as ov
import torch
from transformers import CLIPTokenizer

from riff_conversion.messages import Messages

STEPS_PER_PROMPT = 8
GUIDANCE = 7.0

PROMPTS = (
    'jazz piano solo in a small club',
    'slow acoustic guitar ballad',
    'techno with a driving bass line',
    'lo-fi hip hop beat',
    'string quartet, melancholic',
    'rock and roll electric guitar solo',
    'church bells and organ',
    'bossa nova with soft drums',
    'funk bass with a clapping beat',
    'ambient synthesizer pads, very slow',
    'trumpet and saxophone big band',
    'reggae with an offbeat guitar',
    'orchestral film score, rising',
    'drum and bass, fast',
    'harp and flute duet',
    'heavy metal riff with double bass drums',
    'country banjo and fiddle',
    'deep house with a warm bass',
    'waltz for accordion',
    'solo violin, baroque',
    'blues harmonica with slide guitar',
    'choir singing in a cathedral',
    'disco with strings and handclaps',
    'marimba and vibraphone, minimal',
    'dubstep with a wobbling bass',
    'flamenco guitar with castanets',
    'chiptune melody of an old video game',
    'sitar and tabla',
    'gospel piano with a choir',
    'trance arpeggio, uplifting',
    'rain and distant thunder over piano',
    'samba with many drums',
)


class Calibration:
    """`folder` holds the finished text encoder, the tokenizer and the scheduler. The U-Net has to be asked first: its
    steps make the latents of the decoder.
    """

    def __init__(self, folder: Path, samples: int, messages: Messages) -> None:
        self.folder = folder
        self.samples = samples
        self.messages = messages
        self.pictures: list[np.ndarray] = []  # latents of one picture per prompt

    def inputs(self, part: str, model: ov.Model, config: dict) -> list[dict]:
        """Of `part`, 'unet' or 'vae_decoder'."""
        if part == 'vae_decoder':
            scaling = config.get('scaling_factor', 0.18215)
            shift = config.get('shift_factor') or 0
            return [{'latent_sample': latents / scaling + shift} for latents in self.pictures]
        return self._of_unet(model)

    def _of_unet(self, unet: ov.Model) -> list[dict]:
        """Of each guided step the uncond or the cond inputs, in turn. All are kept: 0.3 MB each at full size."""
        core = ov.Core()
        text = core.compile_model(self.folder / 'text_encoder' / 'openvino_model.xml', 'CPU')
        tokenizer = CLIPTokenizer.from_pretrained(self.folder / 'tokenizer', local_files_only=True)
        denoise = core.compile_model(unet, 'CPU')
        shape = _latent_shape(self.folder, unet)
        generator = torch.Generator('cpu').manual_seed(0)
        inputs: list[dict] = []
        while len(inputs) < self.samples:
            prompt = PROMPTS[len(inputs) // STEPS_PER_PROMPT % len(PROMPTS)]
            steps = min(STEPS_PER_PROMPT, self.samples - len(inputs))
            embeddings = np.concatenate([_embed(text, tokenizer, words) for words in ('', prompt)])
            noise = torch.randn(shape, generator=generator)
            picture = noise.numpy()
            for call, predicted in _denoise(denoise, _scheduler(self.folder), embeddings, noise, steps):
                inputs.append(call)
                picture = predicted
                self.messages.progress('listening to the U-Net', len(inputs), self.samples)
            self.pictures.append(picture)
        return inputs


def _denoise(
    denoise: ov.CompiledModel,
    scheduler: diffusers.DPMSolverMultistepScheduler,
    embeddings: np.ndarray,
    noise: torch.Tensor,
    steps: int,
) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
    """Yields (inputs of one prediction, latents of the finished picture as the step predicts them). Uncond and cond
    predictions take turns.
    """
    # All of the noise levels count, so the schedule is the whole one even where only some steps are left to collect.
    scheduler.set_timesteps(STEPS_PER_PROMPT)
    latents = noise * scheduler.init_noise_sigma
    for index, timestep in enumerate(scheduler.timesteps[:steps]):
        sample = scheduler.scale_model_input(latents, timestep).numpy()
        time = np.array(int(timestep), dtype=np.int64)
        predicted = denoise(
            {'sample': np.concatenate([sample, sample]), 'timestep': time, 'encoder_hidden_states': embeddings}
        )[0]
        side = index % 2
        uncond, cond = torch.from_numpy(predicted.copy()).chunk(2)
        step = scheduler.step(uncond + GUIDANCE * (cond - uncond), timestep, latents)
        # DPM++ keeps what each step believes the noiseless latents to be.
        picture = scheduler.model_outputs[-1].numpy()
        yield {'sample': sample, 'timestep': time, 'encoder_hidden_states': embeddings[side : side + 1]}, picture
        latents = step.prev_sample


def _embed(text: ov.CompiledModel, tokenizer: CLIPTokenizer, words: str) -> np.ndarray:
    ids = tokenizer(
        words, padding='max_length', truncation=True, max_length=tokenizer.model_max_length, return_tensors='np'
    ).input_ids
    return text(ids.astype(np.int64))[0].copy()


def _scheduler(folder: Path) -> diffusers.DPMSolverMultistepScheduler:
    """DPM++ 2M on the checkpoint's own noise schedule: few steps reach far."""
    config = json.loads((folder / 'scheduler' / 'scheduler_config.json').read_text())
    return diffusers.DPMSolverMultistepScheduler.from_config(
        {key: value for key, value in config.items() if not key.startswith('_')}
    )


def _latent_shape(folder: Path, unet: ov.Model) -> list[int]:
    size = json.loads((folder / 'unet' / 'config.json').read_text())['sample_size']
    height, width = (size, size) if isinstance(size, int) else size
    return [1, unet.input('sample').partial_shape[1].get_length(), height, width]
