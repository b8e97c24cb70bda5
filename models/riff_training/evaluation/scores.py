"""Shares with their confidence intervals, and the distance between two sets of pictures."""

import numpy as np
import torch

from riff_training.evaluation.prompts import Question
from riff_training.text.encoder import CLASSES


def interval(hits: int, count: int) -> str:
    """Share with its 95 % Wilson interval."""
    if count == 0:
        return '–'
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * (share * (1 - share) / count + z * z / (4 * count * count)) ** 0.5 / (1 + z * z / count)
    return f'{share:.2f} ({max(0, middle - half):.2f}–{middle + half:.2f})'


def hits(chances: torch.Tensor, truth: list[int], top: int) -> int:
    """How many labels are among the `top` likeliest of their rows; chances [n, classes]."""
    best = chances.topk(min(top, chances.shape[1]), 1).indices
    return sum(int(label in row.tolist()) for label, row in zip(truth, best, strict=True))


def row(name: str, chances: dict[str, torch.Tensor], asked: list[Question]) -> str:
    """One line of the table: family, style (top 1 and 3) and drums, and the mean drum probability by what was asked."""
    count = len(asked)
    truth = {key: [CLASSES[key].index(getattr(q, key)) for q in asked] for key in ('family', 'style', 'drums')}
    drums = chances['drums'][:, 1]
    wanted = torch.tensor([q.drums for q in asked])
    cells = [
        interval(hits(chances['family'], truth['family'], 1), count),
        f'{hits(chances["family"], truth["family"], 3) / count:.2f}',
        interval(hits(chances['style'], truth['style'], 1), count),
        f'{hits(chances["style"], truth["style"], 3) / count:.2f}',
        interval(hits(chances['drums'], truth['drums'], 1), count),
        f'{drums[wanted].mean():.3f} / {drums[~wanted].mean():.3f}',
    ]
    return f'| {name} | {count} | ' + ' | '.join(cells) + ' |'


def frechet(first: torch.Tensor, second: torch.Tensor) -> float:
    """Fréchet distance of two sets of features [n, f]; biased upwards for small n, so compare equal n only."""
    a, b = first.numpy().astype(np.float64), second.numpy().astype(np.float64)
    cov_a, cov_b = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # The trace of the root of the product is the sum of the roots of its eigenvalues, which are real and not negative.
    root = np.sqrt(np.linalg.eigvals(cov_a @ cov_b).real.clip(0)).sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(cov_a) + np.trace(cov_b) - 2 * root)
