"""Makes noise.json: what torch.randn gives with a CPU generator.

Run: python make_noise.py   (torch; the version is written into the file)
Tolerance of the test: 1e-6 per value; torch's vectorised path approximates log, sin and cos.
"""

import json
import pathlib
from typing import Any

import torch

SEEDS = [0, 1, 42, 2**32 - 1, 2**32 + 5, 2**53 - 1]
SIZES = [5, 15, 16, 17, 100, 16384]


def case(seed: int, size: int) -> dict[str, Any]:
    values = torch.randn(size, generator=torch.Generator('cpu').manual_seed(seed))
    return {
        'seed': seed,
        'size': size,
        'sum': values.double().sum().item(),
        'sumOfSquares': values.double().pow(2).sum().item(),
        'first': values[:8].tolist(),
        'last': values[-17:].tolist(),
    }


def continued() -> dict[str, Any]:
    """Several draws from one generator, as ancestral sampling makes them."""
    generator = torch.Generator('cpu').manual_seed(7)
    sizes = [16, 5, 3, 100, 1, 7, 17]
    return {'seed': 7, 'sizes': sizes, 'draws': [torch.randn(s, generator=generator).tolist() for s in sizes]}


golden = {
    'versions': {'torch': torch.__version__},
    'tolerance': 1e-6,
    'cases': [case(seed, size) for seed in SEEDS for size in SIZES],
    'continued': continued(),
}
path = pathlib.Path(__file__).parent / 'noise.json'
path.write_text(json.dumps(golden, separators=(',', ':')) + '\n')
