"""The judge: a network that sees pictures pooled to 256×128 and names what it hears."""

from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from riff_training.learning.training import averaged
from riff_training.text.encoder import CLASSES
from riff_training.workspace import Workspace

HEADS = ['family', 'style', 'drums', 'vocals', 'piano', 'bass', 'guitar', 'lead', 'mode', 'tempo']
FEATURES = 256
POOLED = (2, 4)  # rows and columns of a picture that are averaged into one for the judge


class Judge(nn.Module):
    """Five convolutions, mean and maximum over time with the frequencies apart, `features` [n, 256], one linear head
    for each attribute. Its inputs are `pooled` pictures.
    """

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = dropout
        widths = (1, 16, 32, 64, 96, 128)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            stride = 2 if before > 1 else (2, 1)
            layers += [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.features = nn.Sequential(nn.Linear(128 * 8 * 2, FEATURES), nn.ReLU())
        self.heads = nn.ModuleDict({name: nn.Linear(FEATURES, len(CLASSES[name])) for name in HEADS})

    def layers(self, pooled: torch.Tensor) -> list[torch.Tensor]:
        """What every convolution gives (after its ReLU), then the features."""
        heard = []
        for layer in self.body:
            pooled = layer(pooled)
            if isinstance(layer, nn.ReLU):
                heard.append(pooled)
        return [*heard, self._features(pooled)]

    def embed(self, pooled: torch.Tensor) -> torch.Tensor:
        return self._features(self.body(pooled))

    def _features(self, seen: torch.Tensor) -> torch.Tensor:
        return self.features(torch.cat([seen.mean(3), seen.amax(3)], 1).flatten(1))

    def forward(self, pooled: torch.Tensor) -> dict[str, torch.Tensor]:
        embedded = F.dropout(self.embed(pooled), self.dropout, self.training)
        return {name: head(embedded) for name, head in self.heads.items()}


def pooled(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, 512, 512] → float [n, 1, 256, 128], loud is 1."""
    small = pictures.reshape(len(pictures), 256, 2, 128, 4).mean((2, 4), dtype=np.float32)
    return 1 - torch.from_numpy(small)[:, None] / 255


def pooled_decoded(grey: torch.Tensor) -> torch.Tensor:
    """As `pooled`, for decoded pictures or strips of full height, [n, 1, 512, w] in −1 … 1; keeps the gradient."""
    return (1 - F.avg_pool2d(grey, POOLED)) / 2


def judge(work: Workspace, checkpoint: str = 'classifier') -> Judge:
    return averaged(work, checkpoint, Judge())


@torch.no_grad()
def classify(model: Judge, pictures: np.ndarray) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """(probabilities by attribute, features [n, 256]) of uint8 pictures [n, 512, 512]."""
    embedded = torch.cat([model.embed(pooled(pictures[i : i + 16])) for i in range(0, len(pictures), 16)])
    return {name: head(embedded).softmax(1) for name, head in model.heads.items()}, embedded
