"""Loads the four networks of a diffusers checkpoint and converts them into graphs."""

import gc
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import openvino as ov
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from torch import nn
from transformers import CLIPTextModel

from riff_conversion.checkpoint import variant_of
from riff_conversion.graphs import Part, TextPart, UnetPart, graph_of
from riff_conversion.lora import Lora, changes
from riff_conversion.messages import Refused
from riff_conversion.nag import NEGATIVE, Nag, NagUnetPart


class DecoderPart(nn.Module):
    """Latents [n, C, h, w], already divided by the scaling factor → picture [n, 3, H, W], −1 … 1."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latent_sample: torch.Tensor) -> torch.Tensor:
        return self.vae.decode(latent_sample, return_dict=False)[0]


class EncoderPart(nn.Module):
    """Picture [n, 3, H, W], −1 … 1 → [n, 2C, h, w]: means of the latents, then the logarithms of their variances."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, sample: torch.Tensor) -> torch.Tensor:
        return self.vae.encode(sample).latent_dist.parameters


def read_config(checkpoint: Path, part: str) -> dict[str, Any]:
    """The part's config.json. Raises Refused if it is missing or no JSON."""
    path = checkpoint / part / 'config.json'
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused(
            f'{path}: expected the configuration of a diffusers checkpoint, found {error}; copy the folder again'
        ) from error


def convert_part(
    checkpoint: Path, name: str, loras: Sequence[Lora] = (), nag: Nag | None = None
) -> tuple[ov.Model, dict[str, Any]]:
    """The graph of a part ('text_encoder', 'unet', 'vae_decoder' or 'vae_encoder') with 32-bit weights and dynamic
    shapes, and the config.json that goes beside it. The LoRAs are added to the weights; `nag` changes the U-Net alone.
    Raises Refused if diffusers or transformers cannot load the part, or a LoRA does not fit it.
    """
    part = _LOADERS[name](checkpoint)
    (network,) = part.module.children()
    for lora in loras:
        fuse(network, name, lora)
    if name == 'unet' and nag is not None:
        part = with_nag(part, nag)
    return graph_of(part), part.config


def with_nag(part: Part, nag: Nag) -> Part:
    """The same U-Net with a further input for the negative prompt's hidden states."""
    text = part.inputs['encoder_hidden_states']
    inputs = {**part.inputs, NEGATIVE: torch.randn_like(text)}
    return Part(NagUnetPart(part.module.unet, nag), inputs, part.outputs, {**part.config, 'nag': asdict(nag)})


def fuse(network: nn.Module, part: str, lora: Lora) -> None:
    """Adds the LoRA's changes to the network's weights in place. Raises Refused for a LoRA of another network."""
    weights = dict(network.named_parameters())
    with torch.no_grad():
        for name, change in changes(lora, part, {name: tuple(weight.shape) for name, weight in weights.items()}):
            weights[name].add_(torch.from_numpy(change))


def forget_traces() -> None:
    """Clears torch's registries, which keep every traced module alive; a U-Net takes 3.4 GB."""
    torch._C._jit_clear_class_registry()
    torch.jit._recursive.concrete_type_store = torch.jit._recursive.ConcreteTypeStore()
    torch.jit._state._clear_class_state()
    gc.collect()


def _text_encoder(checkpoint: Path) -> Part:
    encoder = _load(CLIPTextModel, checkpoint, 'text_encoder')
    ids = torch.full((1, encoder.config.max_position_embeddings), encoder.config.eos_token_id)
    outputs = ['last_hidden_state', 'pooler_output']
    return Part(TextPart(encoder), {'input_ids': ids}, outputs, read_config(checkpoint, 'text_encoder'))


def _unet(checkpoint: Path) -> Part:
    unet = _load(UNet2DConditionModel, checkpoint, 'unet')
    length = read_config(checkpoint, 'text_encoder').get('max_position_embeddings', 77)
    # Tracing runs the network once. Any size that every level can halve does, and a small one takes a second.
    side = 2 ** len(unet.config.block_out_channels)
    inputs = {
        'sample': torch.randn(2, unet.config.in_channels, side, side),
        'timestep': torch.tensor(1),
        'encoder_hidden_states': torch.randn(2, length, unet.config.cross_attention_dim),
    }
    return Part(UnetPart(unet), inputs, ['out_sample'], read_config(checkpoint, 'unet'))


def _vae_decoder(checkpoint: Path) -> Part:
    vae = _load(AutoencoderKL, checkpoint, 'vae')
    inputs = {'latent_sample': torch.randn(1, vae.config.latent_channels, 16, 16)}
    return Part(DecoderPart(vae), inputs, ['sample'], read_config(checkpoint, 'vae'))


def _vae_encoder(checkpoint: Path) -> Part:
    vae = _load(AutoencoderKL, checkpoint, 'vae')
    inputs = {'sample': torch.randn(1, vae.config.in_channels, 128, 128)}
    return Part(EncoderPart(vae), inputs, ['latent_parameters'], read_config(checkpoint, 'vae'))


_LOADERS: dict[str, Callable[[Path], Part]] = {
    'text_encoder': _text_encoder,
    'unet': _unet,
    'vae_decoder': _vae_decoder,
    'vae_encoder': _vae_encoder,
}


def _load(cls: type, checkpoint: Path, part: str) -> Any:
    """Loads in 32 bits, because tracing in 16 lacks operators on a CPU. Never runs code from the checkpoint."""
    option = {'torch_dtype': torch.float32} if cls is not CLIPTextModel else {'dtype': torch.float32}
    try:
        variant = variant_of(checkpoint / part)
        return cls.from_pretrained(checkpoint / part, local_files_only=True, variant=variant, **option)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = ' '.join(str(error).split())[:300]
        raise Refused(
            f'{checkpoint / part}: expected weights that {cls.__name__} loads, found otherwise: {reason}'
        ) from error
