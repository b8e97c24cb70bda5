"""PyTorch networks → OpenVINO graphs with the port names that Optimum Intel gives them. For checkpoints that are
converted and for riff-mini alike.
"""

from dataclasses import dataclass
from typing import Any

import openvino as ov
import torch
from torch import nn

PARTS = ('text_encoder', 'unet', 'vae_decoder', 'vae_encoder')


@dataclass(frozen=True)
class Part:
    module: nn.Module
    inputs: dict[str, torch.Tensor]  # an example for every port, to trace the network with
    outputs: list[str]
    config: dict[str, Any]  # config.json beside the graph


class TextPart(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        out = self.encoder(input_ids)
        return out.last_hidden_state, out.pooler_output


class UnetPart(nn.Module):
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
    """Makes the batch dynamic (except for a timestep) and, in convolutional inputs, height and width."""
    if example.ndim < 2:
        return list(example.shape)
    if example.ndim == 4:
        return [-1, example.shape[1], -1, -1]
    return [-1, *example.shape[1:]]
