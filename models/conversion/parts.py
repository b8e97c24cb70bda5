"""The four networks of a diffusers checkpoint as OpenVINO graphs, with the port names that Optimum Intel gives them."""

import gc
import json
from pathlib import Path

import openvino as ov
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextModel

from conversion.checkpoint import variant_of
from conversion.messages import Refused

PARTS = ('text_encoder', 'unet', 'vae_decoder', 'vae_encoder')


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
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]


class DecoderPart(nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample):
        return self.vae.decode(latent_sample, return_dict=False)[0]


class EncoderPart(nn.Module):
    """Mean, then logarithm of the variance, along the channels."""

    def __init__(self, vae):
        super().__init__()
        self.vae = vae

    def forward(self, sample):
        return self.vae.encode(sample).latent_dist.parameters


def read_config(checkpoint: Path, part: str) -> dict:
    path = checkpoint / part / 'config.json'
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused(f'{path}: expected the configuration of a diffusers checkpoint, found {error}; copy the folder again') from error


def convert_part(checkpoint: Path, part: str) -> tuple[ov.Model, dict]:
    """The graph with 32-bit weights and open shapes (batch, and size where the network is convolutional), and the configuration
    that goes beside it. Riff gives the graph its shapes when it loads: one file serves every width."""
    module, inputs, outputs, config = _LOADERS[part](checkpoint)
    shapes = [(name, ov.PartialShape(_open(value))) for name, value in inputs.items()]
    with torch.no_grad():
        model = ov.convert_model(module.eval(), example_input=inputs, input=shapes)
    for port, name in zip(model.inputs, inputs):
        port.get_tensor().set_names({name})
        port.get_node().set_friendly_name(name)
    for port, name in zip(model.outputs, outputs):
        port.get_tensor().set_names({name})
    return model, config


def forget_traces() -> None:
    """torch keeps every traced module alive until its registries are emptied; a U-Net is 3.4 GB."""
    torch._C._jit_clear_class_registry()
    torch.jit._recursive.concrete_type_store = torch.jit._recursive.ConcreteTypeStore()
    torch.jit._state._clear_class_state()
    gc.collect()


def _open(value: torch.Tensor) -> list[int]:
    if value.ndim == 4:
        return [-1, value.shape[1], -1, -1]
    return [-1, *value.shape[1:]] if value.ndim else []


def _text_encoder(checkpoint: Path):
    encoder = _load(CLIPTextModel, checkpoint, 'text_encoder')
    length = encoder.config.max_position_embeddings
    ids = torch.full((1, length), encoder.config.eos_token_id)
    return TextPart(encoder), {'input_ids': ids}, ['last_hidden_state', 'pooler_output'], read_config(checkpoint, 'text_encoder')


def _unet(checkpoint: Path):
    unet = _load(UNet2DConditionModel, checkpoint, 'unet')
    length = read_config(checkpoint, 'text_encoder').get('max_position_embeddings', 77)
    # Any size that every level can halve does: tracing runs the network once, and a small picture takes it a second instead of minutes.
    side = 2 ** len(unet.config.block_out_channels)
    inputs = {
        'sample': torch.randn(2, unet.config.in_channels, side, side),
        'timestep': torch.tensor(1),
        'encoder_hidden_states': torch.randn(2, length, unet.config.cross_attention_dim),
    }
    return UnetPart(unet), inputs, ['out_sample'], read_config(checkpoint, 'unet')


def _vae_decoder(checkpoint: Path):
    vae = _load(AutoencoderKL, checkpoint, 'vae')
    return DecoderPart(vae), {'latent_sample': torch.randn(1, vae.config.latent_channels, 16, 16)}, ['sample'], read_config(checkpoint, 'vae')


def _vae_encoder(checkpoint: Path):
    vae = _load(AutoencoderKL, checkpoint, 'vae')
    return EncoderPart(vae), {'sample': torch.randn(1, vae.config.in_channels, 128, 128)}, ['latent_parameters'], read_config(checkpoint, 'vae')


_LOADERS = {'text_encoder': _text_encoder, 'unet': _unet, 'vae_decoder': _vae_decoder, 'vae_encoder': _vae_encoder}


def _load(cls, checkpoint: Path, part: str):
    """In 32 bits whatever the file has: tracing in 16 lacks operators on a CPU. Never runs code from the checkpoint."""
    option = {'torch_dtype': torch.float32} if cls is not CLIPTextModel else {'dtype': torch.float32}
    try:
        return cls.from_pretrained(checkpoint / part, local_files_only=True, variant=variant_of(checkpoint / part), **option)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = ' '.join(str(error).split())[:300]
        raise Refused(f'{checkpoint / part}: expected weights that {cls.__name__} loads, found otherwise: {reason}') from error
