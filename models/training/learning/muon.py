"""Muon for the matrices (Jordan et al. 2024, scaled as in arXiv 2502.16982), AdamW for everything else."""

import torch
from torch import nn

from learning.precision import fast_arithmetic
from learning.workers import add_over_workers, rank, world_size

# Coefficients of the quintic Newton-Schulz iteration of the reference implementation.
A, B, C = 3.4445, -4.7750, 2.0315


def orthogonalised(matrix: torch.Tensor, rounds: int = 5) -> torch.Tensor:
    """Nearest semi-orthogonal matrix, roughly: singular values end between 0.7 and 1.2. [..., rows, columns]."""
    x = matrix.mT if matrix.size(-2) > matrix.size(-1) else matrix
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    with fast_arithmetic():
        for _ in range(rounds):
            gram = x @ x.mT
            x = A * x + (B * gram + C * gram @ gram) @ x
    x = x.float()
    return x.mT if matrix.size(-2) > matrix.size(-1) else x


def _shared_updates(directions: list[torch.Tensor]) -> list[torch.Tensor]:
    """Every worker makes its share of the matrices orthogonal (all have the same gradients), then they exchange them."""
    alike: dict[tuple, list[int]] = {}
    for index in sorted(range(len(directions)), key=lambda i: directions[i].numel())[rank() :: world_size()]:
        alike.setdefault(tuple(directions[index].shape), []).append(index)
    updates = [torch.zeros_like(d) for d in directions]
    for indices in alike.values():
        for index, update in zip(indices, orthogonalised(torch.stack([directions[i] for i in indices]))):
            updates[index] = update
    return add_over_workers(updates)


class Muon(torch.optim.Optimizer):
    def __init__(self, parameters, lr: float, momentum: float = 0.95, weight_decay: float = 0.0):
        super().__init__(parameters, {'lr': lr, 'momentum': momentum, 'weight_decay': weight_decay})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            parameters = [p for p in group['params'] if p.grad is not None]
            directions = [self._nesterov(p, group['momentum']) for p in parameters]
            for parameter, update in zip(parameters, _shared_updates(directions)):
                # 0.2·√max(rows, columns) gives the update the size of a typical AdamW step.
                scale = 0.2 * max(update.shape) ** 0.5
                parameter.mul_(1 - group['lr'] * group['weight_decay'])
                parameter.add_(update.view_as(parameter), alpha=-group['lr'] * scale)

    def _nesterov(self, parameter: nn.Parameter, momentum: float) -> torch.Tensor:
        state = self.state[parameter]
        if 'momentum' not in state:
            state['momentum'] = torch.zeros_like(parameter)
        state['momentum'].lerp_(parameter.grad, 1 - momentum)
        return parameter.grad.lerp(state['momentum'], momentum).flatten(1)


def optimisers(model: nn.Module, lr: float, adam_betas=(0.9, 0.98)) -> list[torch.optim.Optimizer]:
    """Input and output layers, embeddings, norms and biases are AdamW's."""
    matrices, rest = [], []
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        edge = any(part in name for part in ('conv_in.', 'conv_out.', 'embedding', 'quant_conv'))
        (matrices if parameter.ndim >= 2 and not edge else rest).append(parameter)
    return [Muon(matrices, lr), torch.optim.AdamW(rest, lr, betas=adam_betas, weight_decay=0.0)]
