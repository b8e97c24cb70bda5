"""16-bit arithmetic where the processor computes with it; elsewhere it would be several times slower than 32 bits."""

import torch


def native_bf16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def fast_arithmetic() -> torch.autocast:
    """Products of matrices and convolutions in bfloat16 on such a processor; weights, norms and losses stay float32."""
    return torch.autocast('cpu', torch.bfloat16, enabled=native_bf16())
