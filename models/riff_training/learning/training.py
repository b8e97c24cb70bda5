"""A training run that lasts a given wall-clock time, keeps an average of the weights and survives kills."""

import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import nn

from riff_training.learning.muon import optimizers
from riff_training.learning.workers import rank, share_gradients
from riff_training.settings import TrainingSettings
from riff_training.workspace import Workspace, write_whole

SAVE_EVERY_SECONDS, REPORT_EVERY_SECONDS = 120, 30
LONGEST_STEP_SECONDS = 30  # counted of a step, so that a process that was stopped for a while does not pay for it
WARM_UP_STEPS = 60
HOLD = 0.45  # share of the time before the learning rate falls
FINAL = 0.02  # of the highest learning rate, at the end


class Kept(Protocol):
    """What a checkpoint can hold: a network or an optimizer."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, state: dict[str, Any], /) -> object: ...


class Training:
    def __init__(
        self,
        work: Workspace,
        name: str,
        model: nn.Module,
        settings: TrainingSettings,
        beside: Mapping[str, Kept] | None = None,
    ) -> None:
        """`name` is the checkpoint's. Goes on from it if there is one and `settings.fresh` does not say otherwise.
        `beside`: what else the run trains, saved and taken back with the model.
        """
        self.file = work.path('checkpoints', f'{name}.pt')
        self.name = name
        self.model = model
        self.beside = beside or {}
        self.learning_rate = settings.learning_rate
        self.averaging = settings.averaging
        self.seconds = 0.0  # trained so far
        self.budget = 60 * settings.minutes  # seconds
        self.step = 0
        self.optimizers = optimizers(model, settings.learning_rate)
        self.average = {key: value.detach().clone() for key, value in model.state_dict().items()}
        self.losses: list[torch.Tensor] = []  # since the last report
        if self.file.exists() and not settings.fresh:
            self._resume()

    def steps(self) -> Iterator[float]:
        """Yields the used share of the time budget; for each, the caller computes a loss and calls `update`."""
        self.model.train()
        self._last = saved = reported = time.time()
        while self.seconds < self.budget:
            self._set_rate()
            yield self.seconds / self.budget
            if self._last - reported > REPORT_EVERY_SECONDS:
                self._report()
                reported = self._last
            if self._last - saved > SAVE_EVERY_SECONDS:
                self.save()
                saved = self._last
        self._report()
        self.save()

    def update(self, loss: torch.Tensor, clip: float = 1.0) -> None:
        """One step of the optimizers and of the average; `clip` is the largest norm of all gradients together."""
        loss.backward()
        now = time.time()
        self.seconds = share_gradients(self.model, self.seconds + min(LONGEST_STEP_SECONDS, now - self._last))
        self._last = now
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), clip)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.step += 1
        decay = min(self.averaging, (1 + self.step) / (10 + self.step))
        self._average_in(1 - decay)

    @torch.no_grad()
    def _average_in(self, share: float) -> None:
        state = self.model.state_dict()
        floats = [key for key, value in state.items() if value.is_floating_point()]
        torch._foreach_lerp_([self.average[key] for key in floats], [state[key] for key in floats], share)
        for key in state.keys() - floats:
            self.average[key].copy_(state[key])

    def note(self, loss: torch.Tensor) -> None:
        """Counts into the mean that the next report prints."""
        self.losses.append(loss.detach())  # read when it is reported, for reading waits for a GPU

    def save(self) -> None:
        if rank() != 0:
            return
        state = {
            'model': self.model.state_dict(),
            'average': self.average,
            'seconds': self.seconds,
            'step': self.step,
            'optimizers': [optimizer.state_dict() for optimizer in self.optimizers],
            'beside': {name: part.state_dict() for name, part in self.beside.items()},
        }
        save_tensors(self.file, state)

    def _resume(self) -> None:
        state = torch.load(self.file, map_location=next(self.model.parameters()).device, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.average = state['average']
        self.seconds = state['seconds']
        self.step = state['step']
        # Weights that `restore` took back come without the optimizers' state.
        for optimizer, saved in zip(self.optimizers, state['optimizers'], strict=False):
            optimizer.load_state_dict(saved)
        for name, saved in state.get('beside', {}).items():
            self.beside[name].load_state_dict(saved)
        print(f'{self.name}: resumed at step {self.step}, {self.seconds:.0f} s of {self.budget:.0f} s', flush=True)

    def _set_rate(self) -> None:
        """Warm-up by steps, then constant, then a cosine down; by the wall clock, since the machine may be shared."""
        share = self.seconds / self.budget
        fall = max(0.0, (share - HOLD) / (1 - HOLD))
        factor = FINAL + (1 - FINAL) * 0.5 * (1 + math.cos(math.pi * min(1.0, fall)))
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group['lr'] = self.learning_rate * factor * min(1.0, (self.step + 1) / WARM_UP_STEPS)

    def _report(self) -> None:
        if self.losses and rank() == 0:
            print(
                f'{self.name}: step {self.step}, {self.seconds:.0f} s, loss {torch.stack(self.losses).mean():.4f}',
                flush=True,
            )
        self.losses.clear()


def save_tensors(path: Path, tensors: object) -> None:
    """Writes a .pt file completely or not at all."""
    write_whole(path, lambda temporary: torch.save(tensors, temporary))


def average(work: Workspace, name: str) -> dict[str, torch.Tensor]:
    """The averaged weights of a run by their names."""
    return torch.load(work.path('checkpoints', f'{name}.pt'), map_location='cpu', weights_only=True)['average']


def averaged(work: Workspace, name: str, model: nn.Module) -> nn.Module:
    """`model` with the averaged weights of a run, ready for use."""
    model.load_state_dict(average(work, name))
    return model.eval().requires_grad_(False)
