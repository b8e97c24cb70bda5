"""Stage `export`: the four parts as OpenVINO IR with int8 weights, in the folder layout of Optimum Intel."""

import json
import shutil
from pathlib import Path

import nncf
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from torch import nn

from diffusion.latents import Scaled, scaled
from diffusion.unet import NOISE, denoiser
from export.reference import write_reference
from export.restore import write_remainder
from export.settings import DEFAULT_FOLDER, model_index
from learning.training import average, averaged
from text.encoder import frozen_encoder
from text.tokenizer import POSITIONS
from workspace import Workspace


class TextPart(nn.Module):
    def __init__(self, encoder):
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids):
        out = self.encoder(input_ids)
        return out.last_hidden_state, out.pooler_output


class UnetPart(nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states):
        return self.unet(sample, timestep.expand(sample.shape[0]), encoder_hidden_states, return_dict=False)[0]


class DecoderPart(nn.Module):
    def __init__(self, vae: Scaled):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return self.vae.decode(latent_sample)


class EncoderPart(nn.Module):
    """Mean, then logarithm of the variance, along the channels; the variance is that of the noise in training."""

    def __init__(self, vae: Scaled):
        super().__init__()
        self.vae = vae

    def forward(self, sample):
        mean = self.vae.encode(sample)
        return torch.cat([mean, self.vae.log_variance() + torch.zeros_like(mean)], 1)


def _parts(work: Workspace):
    """name → (module, example inputs by port, output ports, configuration)."""
    vae, unet = scaled(work), averaged(work, 'unet', denoiser())
    _, encoder = frozen_encoder(work)
    latent = torch.randn(2, unet.config.in_channels, 32, 32)
    text = torch.randn(2, POSITIONS, unet.config.cross_attention_dim)
    ids = torch.full((2, POSITIONS), encoder.config.eos_token_id)
    text_config = {'architectures': ['CLIPTextModel'], **{k: v for k, v in encoder.config.to_dict().items() if v is not None}}
    unet_config = {k: v for k, v in unet.config.items() if v is not None and not k.startswith('_use')}
    vae_config = {k: v for k, v in vae.model.config.items() if v is not None and not k.startswith('_use')}
    return {
        'text_encoder': (TextPart(encoder), {'input_ids': ids}, ['last_hidden_state', 'pooler_output'], text_config),
        'unet': (UnetPart(unet), {'sample': latent, 'timestep': torch.tensor([500.0]), 'encoder_hidden_states': text}, ['out_sample'], unet_config),
        'vae_decoder': (DecoderPart(vae), {'latent_sample': latent[:1]}, ['sample'], vae_config),
        'vae_encoder': (EncoderPart(vae), {'sample': torch.randn(1, 3, 512, 512)}, ['latent_parameters'], vae_config),
    }


def _dynamic(name: str, port: str, example: torch.Tensor) -> list[int]:
    """Batch is free everywhere, size where the network is convolutional, the number of text positions nowhere."""
    if port == 'timestep':
        return [1]
    if example.ndim == 4:
        return [-1, example.shape[1], -1, -1]
    return [-1, *example.shape[1:]]


def _convert(name: str, module: nn.Module, inputs: dict[str, torch.Tensor], outputs: list[str]) -> ov.Model:
    shapes = {port: ov.PartialShape(_dynamic(name, port, example)) for port, example in inputs.items()}
    with torch.no_grad():
        model = ov.convert_model(module.eval(), example_input=inputs, input=[(port, shapes[port]) for port in inputs])
    for port, name_ in zip(model.inputs, inputs):
        port.get_tensor().set_names({name_})
    for port, name_ in zip(model.outputs, outputs):
        port.get_tensor().set_names({name_})
    return model


def _write_json(path: Path, value) -> None:
    path.write_text(json.dumps(value, indent=2, default=str) + '\n')


def _scheduler_config() -> dict:
    scheduler = DPMSolverMultistepScheduler(**NOISE, algorithm_type='dpmsolver++', solver_order=2, timestep_spacing='trailing')
    config = {**scheduler.config, '_class_name': 'DPMSolverMultistepScheduler', 'lambda_min_clipped': -1e30}
    config['_use_default_values'] = sorted(config['_use_default_values'])  # a set in diffusers, in another order each time
    return config


def run(arguments) -> None:
    work = Workspace(arguments.work)
    torch.set_num_threads(arguments.threads)
    small, exact = Path(arguments.model or DEFAULT_FOLDER), work.path('ir-f32', 'model_index.json').parent
    for folder in (small, exact):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(work.path('tokenizer', 'vocab.json').parent, folder / 'tokenizer', dirs_exist_ok=True)
        (folder / 'scheduler').mkdir(exist_ok=True)
        _write_json(folder / 'scheduler' / 'scheduler_config.json', _scheduler_config())
        _write_json(folder / 'model_index.json', model_index())
    for name, (module, inputs, outputs, config) in _parts(work).items():
        for folder, compress in ((exact, False), (small, True)):
            model = _convert(name, module, inputs, outputs)
            (folder / name).mkdir(exist_ok=True)
            if compress:
                model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
            ov.save_model(model, folder / name / 'openvino_model.xml', compress_to_fp16=False)
            _write_json(folder / name / 'config.json', config)
    if small == DEFAULT_FOLDER:
        write_remainder(small, {'text': average(work, 'text'), 'unet': average(work, 'unet'), 'vae-scaled': scaled(work).state_dict()})
    write_reference(small, exact)
    print(f'{sum(f.stat().st_size for f in small.rglob("openvino_model.*")) / 1e6:.1f} MB of IR in {small}')
