"""Normalized attention guidance (Chen et al., 2025, arXiv 2505.21179): guides away from a negative prompt inside every
cross-attention, so that a step takes one prediction of the U-Net in place of two.
"""

from dataclasses import dataclass

import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import Attention
from torch import nn
from torch.nn import functional as F

#: The port of the second text.
NEGATIVE = 'encoder_hidden_states_negative'


@dataclass(frozen=True)
class Nag:
    scale: float = 5.0  # how far from the negative prompt; 1 is off
    alpha: float = 0.5  # share of the guided features, 0 … 1
    tau: float = 1.5  # how much larger than the prompt's own the guided features may be, at least 1

    def guide(self, positive: torch.Tensor, negative: torch.Tensor) -> torch.Tensor:
        """Features [n, positions, channels] of the attention to the prompt, led away from those of the negative prompt.
        Where both are equal, the result is `positive` to the last bit: the sums are ordered for it.
        """
        guided = positive + (self.scale - 1) * (positive - negative)
        size, guided_size = (features.abs().sum(-1, keepdim=True) for features in (positive, guided))
        guided = guided * torch.clamp(self.tau * size / (guided_size + 1e-7), max=1)
        return positive + self.alpha * (guided - positive)


class NagProcessor:
    """A cross-attention that also attends to the negative prompt, which `part` holds while it is called. For Stable
    Diffusion's blocks, whose attention has no norms, masks or residuals of its own.
    """

    def __init__(self, part: 'NagUnetPart') -> None:
        self.part = part

    def __call__(
        self,
        attn: Attention,
        hidden_states: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        attention_mask: None = None,
    ) -> torch.Tensor:
        assert attention_mask is None
        query = heads(attn, attn.to_q(hidden_states))
        positive, negative = (
            attended(attn, query, text) for text in (encoder_hidden_states, self.part.encoder_hidden_states_negative)
        )
        guided = self.part.nag.guide(positive, negative)
        return attn.to_out[1](attn.to_out[0](guided)) / attn.rescale_output_factor


def attended(attn: Attention, query: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
    """`query` as `heads` gives it, `text` [n, tokens, width] → features [n, positions, channels]."""
    found = F.scaled_dot_product_attention(query, heads(attn, attn.to_k(text)), heads(attn, attn.to_v(text)))
    return found.transpose(1, 2).flatten(2)


def heads(attn: Attention, features: torch.Tensor) -> torch.Tensor:
    """[n, positions, channels] → [n, heads, positions, channels of a head]."""
    return features.unflatten(-1, (attn.heads, -1)).transpose(1, 2)


class NagUnetPart(nn.Module):
    """A U-Net with a further input: the hidden states of a negative prompt, away from which every cross-attention is
    guided. Given the prompt's own there, it predicts what it did without.
    """

    def __init__(self, unet: UNet2DConditionModel, nag: Nag) -> None:
        super().__init__()
        self.unet = unet
        self.nag = nag
        self.encoder_hidden_states_negative = torch.empty(0)
        processor = NagProcessor(self)
        own = unet.attn_processors
        unet.set_attn_processor({name: processor if '.attn2.' in name else kept for name, kept in own.items()})

    def forward(
        self,
        sample: torch.Tensor,
        timestep: torch.Tensor,
        encoder_hidden_states: torch.Tensor,
        encoder_hidden_states_negative: torch.Tensor,
    ) -> torch.Tensor:
        self.encoder_hidden_states_negative = encoder_hidden_states_negative
        return self.unet(sample, timestep, encoder_hidden_states, return_dict=False)[0]
