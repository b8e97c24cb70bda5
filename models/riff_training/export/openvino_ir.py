"""Stage `export`: the parts as OpenVINO IR with int8 weights, in the folder layout of Optimum Intel, and the student
beside them.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nncf
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler, TCDScheduler
from torch import nn

from riff_conversion.graphs import Part, TextPart, UnetPart, graph_of
from riff_conversion.nag import Nag
from riff_conversion.parts import with_nag
from riff_training.diffusion.latents import Scaled, scaled
from riff_training.diffusion.trajectories import DPM_SOLVER
from riff_training.diffusion.unet import NOISE, denoiser, unet_inputs
from riff_training.diffusion.vae import LATENT_CHANNELS
from riff_training.export.model_index import MOST_FEW_STEPS, model_index
from riff_training.export.prompt_words import prompt_words
from riff_training.export.reference import write_reference
from riff_training.export.remainder import write_remainder
from riff_training.learning.training import average, averaged
from riff_training.settings import STUDENT, ExportSettings
from riff_training.text.encoder import frozen_encoder
from riff_training.text.tokenizer import POSITIONS
from riff_training.workspace import Workspace


class DecoderPart(nn.Module):
    def __init__(self, vae: Scaled) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        return self.vae.decode(latent_sample)


class EncoderPart(nn.Module):
    """Mean, then logarithm of the variance, along the channels; the variance is that of the noise in training."""

    def __init__(self, vae: Scaled) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        mean = self.vae.encode(sample)
        return torch.cat([mean, self.vae.log_variance() + torch.zeros_like(mean)], 1)


def run(settings: ExportSettings) -> None:
    work = Workspace(settings.work)
    torch.set_num_threads(settings.threads)
    small = settings.model
    exact = work.path('ir-f32', 'model_index.json').parent
    for name in settings.parts:
        part = PARTS[name](work)
        if name == STUDENT and settings.nag:
            part = with_nag(part, Nag(*settings.nag))
        _write_graph(graph_of(part), exact / name, part.config)
        compressed = nncf.compress_weights(graph_of(part), mode=nncf.CompressWeightsMode.INT8_ASYM)
        _write_graph(compressed, small / name, part.config)
    for folder in (small, exact):
        _write_settings(work, folder)
    trained = ['text', 'unet', *(['student'] if (small / STUDENT).exists() else [])]
    averages = {name: average(work, name) for name in trained}
    write_remainder(small, {**averages, 'vae-scaled': scaled(work).state_dict()})
    write_reference(small, exact)
    print(f'{sum(file.stat().st_size for file in small.rglob("openvino_model.*")) / 1e6:.1f} MB of IR in {small}')


def _text_encoder(work: Workspace) -> Part:
    _, encoder = frozen_encoder(work)
    ids = torch.full((2, POSITIONS), encoder.config.eos_token_id)
    config = {'architectures': ['CLIPTextModel'], **_told(encoder.config.to_dict())}
    return Part(TextPart(encoder), {'input_ids': ids}, ['last_hidden_state', 'pooler_output'], config)


def _unet(work: Workspace, checkpoint: str = 'unet') -> Part:
    unet = averaged(work, checkpoint, denoiser())
    return Part(UnetPart(unet), unet_inputs(), ['out_sample'], _told(unet.config))


def _decoder(work: Workspace) -> Part:
    vae = scaled(work)
    latents = torch.randn(1, LATENT_CHANNELS, 32, 32)
    return Part(DecoderPart(vae), {'latent_sample': latents}, ['sample'], _told(vae.model.config))


def _encoder(work: Workspace) -> Part:
    vae = scaled(work)
    return Part(
        EncoderPart(vae), {'sample': torch.randn(1, 3, 512, 512)}, ['latent_parameters'], _told(vae.model.config)
    )


PARTS: dict[str, Callable[[Workspace], Part]] = {
    'text_encoder': _text_encoder,
    'unet': _unet,
    STUDENT: lambda work: _unet(work, 'student'),
    'vae_decoder': _decoder,
    'vae_encoder': _encoder,
}


def _told(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if value is not None and not key.startswith('_use')}


def _write_settings(work: Workspace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(work.path('tokenizer', 'vocab.json').parent, folder / 'tokenizer', dirs_exist_ok=True)
    _write_json(folder / 'scheduler' / 'scheduler_config.json', _scheduler_config())
    has_student = (folder / STUDENT).exists()
    if has_student:
        _write_json(folder / 'scheduler_few_steps' / 'scheduler_config.json', _few_steps_config())
    _write_json(folder / 'model_index.json', model_index(has_student))
    _write_json(folder / 'prompt_words.json', prompt_words())


def _write_graph(model: ov.Model, folder: Path, config: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    ov.save_model(model, folder / 'openvino_model.xml', compress_to_fp16=False)
    _write_json(folder / 'config.json', config)


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2, default=str) + '\n')


def _scheduler_config() -> dict[str, Any]:
    scheduler = DPMSolverMultistepScheduler(**NOISE, **DPM_SOLVER)
    return {**_plain(scheduler.config), '_class_name': 'DPMSolverMultistepScheduler', 'lambda_min_clipped': -1e30}


def _few_steps_config() -> dict[str, Any]:
    """`eta`, an argument in diffusers, is a setting in Riff; 0: the student was trained without fresh noise."""
    scheduler = TCDScheduler(**NOISE, original_inference_steps=MOST_FEW_STEPS)
    return {**_plain(scheduler.config), '_class_name': 'TCDScheduler', 'eta': 0.0}


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """With sets as sorted lists: a set of names has another order in every process."""
    return {**config, '_use_default_values': sorted(config['_use_default_values'])}
