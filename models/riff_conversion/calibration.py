"""Real inputs of the U-Net and the VAE decoder, to measure the ranges of activations with: a few steps of the
converted parts for prompts of music.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import openvino as ov
import torch
from transformers import CLIPTokenizer

from riff_conversion.messages import Messages
from riff_conversion.nag import NEGATIVE

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


#: Schedulers of consistency models → the field of a step in which they give the noiseless latents.
CONSISTENCY = {'LCMScheduler': 'denoised', 'TCDScheduler': 'pred_noised_sample'}


@dataclass(frozen=True)
class Sampling:
    """How the calibration draws: weights distilled for few steps by their own scheduler, others by DPM++ 2M on their
    own noise schedule, since it needs few steps.
    """

    name: str  # class of diffusers
    config: dict  # its arguments
    steps: int
    guidance: float

    @staticmethod
    def of(folder: Path, proposed: dict) -> 'Sampling':
        """`folder` has scheduler/scheduler_config.json; `proposed`: steps and guidance_scale, both optional."""
        config = json.loads((folder / 'scheduler' / 'scheduler_config.json').read_text())
        settings = {key: value for key, value in config.items() if not key.startswith('_')}
        name = config.get('_class_name')
        if name not in CONSISTENCY:
            return Sampling('DPMSolverMultistepScheduler', settings, STEPS_PER_PROMPT, GUIDANCE)
        steps = min(proposed.get('steps', STEPS_PER_PROMPT), STEPS_PER_PROMPT)
        return Sampling(name, settings, steps, proposed.get('guidance_scale', 1.0))

    def scheduler(self) -> Any:
        return getattr(diffusers, self.name).from_config(self.config)

    def picture(self, scheduler: Any, step: Any) -> torch.Tensor:
        """The noiseless latents that the step predicts (pred_original_sample); the DPM++ scheduler stores them."""
        return getattr(step, CONSISTENCY[self.name]) if self.name in CONSISTENCY else scheduler.model_outputs[-1]


class Calibration:
    """`folder` holds the converted text encoder, the tokenizer and the scheduler; `proposed` is "riff" of the model's
    index. `inputs` must be called for the U-Net first: its steps make the latents for the decoder.
    """

    def __init__(self, folder: Path, proposed: dict, samples: int, messages: Messages) -> None:
        self.folder = folder
        self.sampling = Sampling.of(folder, proposed)
        self.samples = samples  # inputs of the U-Net to collect
        self.messages = messages
        self.pictures: list[np.ndarray] = []  # latents of one picture per prompt

    def inputs(self, part: str, model: ov.Model, config: dict) -> list[dict]:
        """The inputs of `part`, which is 'unet' or 'vae_decoder'."""
        if part == 'vae_decoder':
            scaling = config.get('scaling_factor', 0.18215)
            shift = config.get('shift_factor') or 0
            return [{'latent_sample': latents / scaling + shift} for latents in self.pictures]
        return self._of_unet(model)

    def _of_unet(self, unet: ov.Model) -> list[dict]:
        """`samples` inputs, each of one prediction: those with the empty text and those with the prompt take turns from
        step to step. All stay in memory: 0.3 MB each at Stable Diffusion's size.
        """
        core = ov.Core()
        text = core.compile_model(self.folder / 'text_encoder' / 'openvino_model.xml', 'CPU')
        tokenizer = CLIPTokenizer.from_pretrained(self.folder / 'tokenizer', local_files_only=True)
        denoise = core.compile_model(unet, 'CPU')
        shape = _latent_shape(self.folder, unet)
        generator = torch.Generator('cpu').manual_seed(0)
        inputs: list[dict] = []
        while len(inputs) < self.samples:
            prompt = PROMPTS[len(inputs) // self.sampling.steps % len(PROMPTS)]
            steps = min(self.sampling.steps, self.samples - len(inputs))
            embeddings = np.concatenate([_embed(text, tokenizer, words) for words in ('', prompt)])
            noise = torch.randn(shape, generator=generator)
            picture = noise.numpy()
            for call, predicted in _denoise(denoise, self.sampling, embeddings, noise, steps):
                inputs.append(call)
                picture = predicted
                self.messages.progress('listening to the U-Net', len(inputs), self.samples)
            self.pictures.append(picture)
        return inputs


def _denoise(
    denoise: ov.CompiledModel,
    sampling: 'Sampling',
    embeddings: np.ndarray,
    noise: torch.Tensor,
    steps: int,
) -> Iterator[tuple[dict[str, np.ndarray], np.ndarray]]:
    """Yields of each step (inputs of one of its two predictions, noiseless latents as it predicts them).
    `embeddings` [2, positions, width]: hidden states of the empty text and of the prompt.
    """
    # All of the noise levels count, so the schedule is the whole one even where only some steps are left to collect.
    scheduler = sampling.scheduler()
    scheduler.set_timesteps(sampling.steps)
    latents = noise * scheduler.init_noise_sigma
    # A U-Net with a port for a negative prompt hears the empty text there.
    ports = {name for port in denoise.inputs for name in port.names}
    negative = {NEGATIVE: embeddings[[0, 0]]} if NEGATIVE in ports else {}
    for index, timestep in enumerate(scheduler.timesteps[:steps]):
        sample = scheduler.scale_model_input(latents, timestep).numpy()
        time = np.array(int(timestep), dtype=np.int64)
        predicted = denoise(
            {
                'sample': np.concatenate([sample, sample]),
                'timestep': time,
                'encoder_hidden_states': embeddings,
                **negative,
            }
        )[0]
        side = index % 2
        uncond, cond = torch.from_numpy(predicted.copy()).chunk(2)
        step = scheduler.step(uncond + sampling.guidance * (cond - uncond), timestep, latents)
        picture = sampling.picture(scheduler, step).numpy()
        inputs = {'sample': sample, 'timestep': time, 'encoder_hidden_states': embeddings[side : side + 1]}
        yield inputs | {name: text[:1] for name, text in negative.items()}, picture
        latents = step.prev_sample


def _embed(text: ov.CompiledModel, tokenizer: CLIPTokenizer, words: str) -> np.ndarray:
    """Hidden states [1, positions, width]."""
    ids = tokenizer(
        words, padding='max_length', truncation=True, max_length=tokenizer.model_max_length, return_tensors='np'
    ).input_ids
    return text(ids.astype(np.int64))[0].copy()


def _latent_shape(folder: Path, unet: ov.Model) -> list[int]:
    """[1, channels, height, width] of the pictures that the model draws by default."""
    size = json.loads((folder / 'unet' / 'config.json').read_text())['sample_size']
    height, width = (size, size) if isinstance(size, int) else size
    return [1, unet.input('sample').partial_shape[1].get_length(), height, width]
