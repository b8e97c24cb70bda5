"""Traces PyTorch networks into OpenVINO graphs whose ports are named as by Optimum Intel."""

from dataclasses import dataclass
from typing import Any

import openvino as ov
import torch
from torch import nn

PARTS = ('text_encoder', 'unet', 'vae_decoder', 'vae_encoder')


@dataclass(frozen=True)
class Part:
    """One of PARTS before it becomes a graph."""

    module: nn.Module
    inputs: dict[str, torch.Tensor]  # port → an example, with which the network is traced; in the order of `forward`
    outputs: list[str]  # the ports' names, in the order in which `forward` returns them
    config: dict[str, Any]  # becomes config.json beside the graph


class TextPart(nn.Module):
    """Token ids [n, positions] → hidden states [n, positions, width] and the pooled state [n, width]."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.encoder(input_ids)
        return out.last_hidden_state, out.pooler_output


class UnetPart(nn.Module):
    """Latents [n, C, h, w], one timestep for all and hidden states [n, positions, width] → prediction [n, C, h, w]."""

    def __init__(self, unet: nn.Module) -> None:
        super().__init__()
        self.unet = unet

    def forward(
        self, sample: torch.Tensor, timestep: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> torch.Tensor:
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]


def graph_of(part: Part) -> ov.Model:
    """The traced network with 32-bit weights and dynamic shapes."""
    shapes = [(name, ov.PartialShape(open_shape(example))) for name, example in part.inputs.items()]
    with torch.no_grad():
        model = ov.convert_model(part.module.eval(), example_input=part.inputs, input=shapes)
    for port, name in zip(model.inputs, part.inputs, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_friendly_name(name)
    for port, name in zip(model.outputs, part.outputs, strict=True):
        port.get_tensor().set_names({name})
    return model


def open_shape(example: torch.Tensor) -> list[int]:
    """The example's shape with −1 for the batch and, in latents and pictures, for height and width; a timestep is a
    scalar and keeps its own.
    """
    if example.ndim < 2:
        return list(example.shape)
    if example.ndim == 4:
        return [-1, example.shape[1], -1, -1]
    return [-1, *example.shape[1:]]
