"""Muon for the matrices (Jordan et al. 2024, scaled as in arXiv 2502.16982), AdamW for everything else."""

from collections.abc import Iterable

import torch
from torch import nn

from riff_training.learning.precision import fast_kind
from riff_training.learning.workers import add_over_workers, rank, world_size

# Coefficients of the quintic Newton-Schulz iteration of the reference implementation.
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonalised(matrices: torch.Tensor, rounds: int = 5) -> torch.Tensor:
    """[n, rows, columns] → roughly the nearest semi-orthogonal matrices: their singular values are 0.7 to 1.2."""
    tall = matrices.size(-2) > matrices.size(-1)
    x = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    x = x.to(fast_kind(x.device.type))
    for _ in range(rounds):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=B, alpha=C), x, beta=A)
    return (x.mT if tall else x).float()


def _shared_updates(directions: list[torch.Tensor]) -> list[torch.Tensor]:
    """The directions made orthogonal, in their order. All workers have the same ones: each does its share of the work,
    then they exchange the results.
    """
    alike: dict[tuple, list[int]] = {}
    for index in sorted(range(len(directions)), key=lambda i: directions[i].numel())[rank() :: world_size()]:
        alike.setdefault(tuple(directions[index].shape), []).append(index)
    updates = {}
    for indices in alike.values():
        updates |= zip(indices, orthogonalised(torch.stack([directions[i] for i in indices])), strict=True)
    return add_over_workers([updates[i] if i in updates else torch.zeros_like(d) for i, d in enumerate(directions)])


class Muon(torch.optim.Optimizer):
    """Muon over all its parameters at once: starting many small kernels takes a GPU longer than their work."""

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.0
    ) -> None:
        super().__init__(parameters, {'lr': lr, 'momentum': momentum, 'weight_decay': weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            parameters = [p for p in group['params'] if p.grad is not None]
            updates = _shared_updates(self._nesterov(parameters, group['momentum']))
            # 0.2·√max(rows, columns) gives the update the size of a typical AdamW step.
            torch._foreach_mul_(updates, [-group['lr'] * 0.2 * max(update.shape) ** 0.5 for update in updates])
            torch._foreach_mul_(parameters, 1 - group['lr'] * group['weight_decay'])
            torch._foreach_add_(parameters, [update.view_as(p) for p, update in zip(parameters, updates, strict=True)])

    def _nesterov(self, parameters: list[nn.Parameter], momentum: float) -> list[torch.Tensor]:
        for parameter in parameters:
            if 'momentum' not in self.state[parameter]:
                self.state[parameter]['momentum'] = torch.zeros_like(parameter)
        gradients, momenta = [p.grad for p in parameters], [self.state[p]['momentum'] for p in parameters]
        torch._foreach_lerp_(momenta, gradients, 1 - momentum)
        return [direction.flatten(1) for direction in torch._foreach_lerp(gradients, momenta, momentum)]


def optimizers(
    model: nn.Module, lr: float, adam_betas: tuple[float, float] = (0.9, 0.98)
) -> list[torch.optim.Optimizer]:
    """The optimizers of a model: AdamW for input and output layers, embeddings, norms and biases, Muon for the rest."""
    matrices, rest = [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        edge = any(part in name for part in ('conv_in.', 'conv_out.', 'embedding', 'quant_conv'))
        (matrices if parameter.ndim >= 2 and not edge else rest).append(parameter)
    return [Muon(matrices, lr), torch.optim.AdamW(rest, lr, betas=adam_betas, weight_decay=0.0)]
