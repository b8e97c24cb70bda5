"""Chooses 16-bit arithmetic if it is measured to be faster, which a processor with its instructions need not be."""

import time
from functools import cache
from typing import Any

import torch
from torch.nn import functional as F


def _seconds(kind: torch.dtype) -> float:
    """Seconds of the fastest of five convolutions of the denoiser's size."""
    pictures, kernels = torch.ones(12, 128, 16, 16, dtype=kind), torch.ones(128, 128, 3, 3, dtype=kind)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        F.conv2d(pictures, kernels, padding=1)
        taken.append(time.perf_counter() - began)
    return min(taken)


@cache
def bf16_is_faster() -> bool:
    """Measured once. With AMD's AVX-512 it is 1.6 times as fast, with Intel's without AMX as much slower; where it is
    emulated, it is slower still.
    """
    return _seconds(torch.bfloat16) < 0.9 * _seconds(torch.float32)


def inference_options(threads: int, precision: str | None = None) -> dict[str, Any]:
    """For OpenVINO on the CPU, in the faster precision where none is named; `threads` 0 leaves their number to it. They
    are not pinned: pinned, all workers would share one core.
    """
    return {
        'INFERENCE_PRECISION_HINT': precision or ('bf16' if bf16_is_faster() else 'f32'),
        'INFERENCE_NUM_THREADS': threads,
        'ENABLE_CPU_PINNING': False,
    }


def fast_kind(device: str = 'cpu') -> torch.dtype:
    return torch.bfloat16 if device != 'cpu' or bf16_is_faster() else torch.float32


def fast_arithmetic(device: str = 'cpu') -> torch.autocast:
    """A context in which products of matrices and convolutions are computed in bfloat16, on a GPU or where that is
    faster; weights, norms and losses stay float32.
    """
    return torch.autocast(device, torch.bfloat16, enabled=fast_kind(device) == torch.bfloat16)
