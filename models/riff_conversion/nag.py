"""Normalized attention guidance: a negative prompt inside the cross-attention, without a second pass through the U-Net.
Chen et al., 2025 (arXiv 2505.21179).
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
        """Features [batch, positions, channels]. Where both are the same, `positive` to the last bit: the sums are
        ordered for it.
        """
        guided = positive + (self.scale - 1) * (positive - negative)
        size, guided_size = (features.abs().sum(-1, keepdim=True) for features in (positive, guided))
        guided = guided * torch.clamp(self.tau * size / (guided_size + 1e-7), max=1)
        return positive + self.alpha * (guided - positive)


class NagProcessor:
    """Cross-attention to the prompt and to the text that `part` holds. For Stable Diffusion's blocks, which have no
    norms, masks or residuals inside their attention.
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
    found = F.scaled_dot_product_attention(query, heads(attn, attn.to_k(text)), heads(attn, attn.to_v(text)))
    return found.transpose(1, 2).flatten(2)


def heads(attn: Attention, features: torch.Tensor) -> torch.Tensor:
    return features.unflatten(-1, (attn.heads, -1)).transpose(1, 2)


class NagUnetPart(nn.Module):
    """A U-Net with a second text, away from which every cross-attention is guided. With the prompt there, too, it is
    the U-Net as it was.
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
