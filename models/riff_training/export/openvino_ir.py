"""Stage `export`: the four parts as OpenVINO IR with int8 weights, in the folder layout of Optimum Intel."""

import json
import shutil
from pathlib import Path
from typing import Any

import nncf
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from torch import nn

from riff_conversion.graphs import Part, TextPart, UnetPart, graph_of
from riff_training.diffusion.latents import Scaled, scaled
from riff_training.diffusion.unet import NOISE, denoiser
from riff_training.export.model_index import model_index
from riff_training.export.prompt_words import prompt_words
from riff_training.export.reference import write_reference
from riff_training.export.remainder import write_remainder
from riff_training.learning.training import average, averaged
from riff_training.settings import ExportSettings
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
    for folder in (small, exact):
        _write_settings(work, folder)
    for name, part in _parts(work).items():
        _write_graph(graph_of(part), exact / name, part.config)
        compressed = nncf.compress_weights(graph_of(part), mode=nncf.CompressWeightsMode.INT8_ASYM)
        _write_graph(compressed, small / name, part.config)
    vae = scaled(work).state_dict()
    write_remainder(small, {'text': average(work, 'text'), 'unet': average(work, 'unet'), 'vae-scaled': vae})
    write_reference(small, exact)
    print(f'{sum(file.stat().st_size for file in small.rglob("openvino_model.*")) / 1e6:.1f} MB of IR in {small}')


def _parts(work: Workspace) -> dict[str, Part]:
    vae = scaled(work)
    unet = averaged(work, 'unet', denoiser())
    _, encoder = frozen_encoder(work)
    latent = torch.randn(2, unet.config.in_channels, 32, 32)
    text = torch.randn(2, POSITIONS, unet.config.cross_attention_dim)
    ids = torch.full((2, POSITIONS), encoder.config.eos_token_id)
    picture = torch.randn(1, 3, 512, 512)
    text_config = {'architectures': ['CLIPTextModel'], **_told(encoder.config.to_dict())}
    unet_inputs = {'sample': latent, 'timestep': torch.tensor([500.0]), 'encoder_hidden_states': text}
    vae_config = _told(vae.model.config)
    return {
        'text_encoder': Part(
            TextPart(encoder), {'input_ids': ids}, ['last_hidden_state', 'pooler_output'], text_config
        ),
        'unet': Part(UnetPart(unet), unet_inputs, ['out_sample'], _told(unet.config)),
        'vae_decoder': Part(DecoderPart(vae), {'latent_sample': latent[:1]}, ['sample'], vae_config),
        'vae_encoder': Part(EncoderPart(vae), {'sample': picture}, ['latent_parameters'], vae_config),
    }


def _told(config: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in config.items() if value is not None and not key.startswith('_use')}


def _write_settings(work: Workspace, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(work.path('tokenizer', 'vocab.json').parent, folder / 'tokenizer', dirs_exist_ok=True)
    (folder / 'scheduler').mkdir(exist_ok=True)
    _write_json(folder / 'scheduler' / 'scheduler_config.json', _scheduler_config())
    _write_json(folder / 'model_index.json', model_index())
    _write_json(folder / 'prompt_words.json', prompt_words())


def _write_graph(model: ov.Model, folder: Path, config: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    ov.save_model(model, folder / 'openvino_model.xml', compress_to_fp16=False)
    _write_json(folder / 'config.json', config)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2, default=str) + '\n')


def _scheduler_config() -> dict[str, Any]:
    scheduler = DPMSolverMultistepScheduler(
        **NOISE, algorithm_type='dpmsolver++', solver_order=2, timestep_spacing='trailing'
    )
    config = {**scheduler.config, '_class_name': 'DPMSolverMultistepScheduler', 'lambda_min_clipped': -1e30}
    config['_use_default_values'] = sorted(config['_use_default_values'])  # a set, in another order each time
    return config
