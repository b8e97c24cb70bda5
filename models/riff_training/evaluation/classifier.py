"""Stage `classifier`: the judge of the evaluation. It sees pictures pooled to 256×128 and names what it hears."""

import random
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from riff_training.learning.training import Training, averaged
from riff_training.music.song import song_of
from riff_training.settings import ClassifierSettings
from riff_training.text.encoder import CLASSES, attributes
from riff_training.workspace import ClipStore, Workspace

HEADS = ['family', 'style', 'drums', 'vocals', 'piano', 'bass', 'guitar', 'lead', 'mode', 'tempo']
FEATURES = 256


class Judge(nn.Module):
    """Five convolutions, mean over time with frequency kept, `features` [n, 256], one head for each attribute."""

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

    def embed(self, pooled: torch.Tensor) -> torch.Tensor:
        seen = self.body(pooled)
        return self.features(torch.cat([seen.mean(3), seen.amax(3)], 1).flatten(1))

    def forward(self, pooled: torch.Tensor) -> dict[str, torch.Tensor]:
        embedded = F.dropout(self.embed(pooled), self.dropout, self.training)
        return {name: head(embedded) for name, head in self.heads.items()}


def pooled(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, 512, 512] → float [n, 1, 256, 128], loud is 1."""
    small = pictures.reshape(len(pictures), 256, 2, 128, 4).mean((2, 4), dtype=np.float32)
    return 1 - torch.from_numpy(small)[:, None] / 255


def all_pooled(work: Workspace, store: ClipStore) -> np.ndarray:
    """float16 [clips, 256, 128] of the whole store, cached."""
    file = work.path('latents', f'pooled-{len(store)}.npy')
    if not file.exists():
        np.save(file, np.concatenate([pooled(np.asarray(chunk))[:, 0].half().numpy() for chunk in store.pictures]))
    return np.load(file, mmap_mode='r')


def _disturbed(batch: torch.Tensor, rng: random.Random) -> torch.Tensor:
    """Augments pictures: rolled in time, shifted by up to two rows, brighter or darker, at times blurred, and noisy."""
    batch = torch.roll(batch, (rng.randrange(-2, 3), rng.randrange(128)), (2, 3))
    if rng.random() < 0.3:
        batch = F.avg_pool2d(batch, 3, 1, 1, count_include_pad=False)
    contrast = 1 + rng.uniform(-0.15, 0.15)
    brightness = rng.uniform(-0.05, 0.05)
    noise = rng.uniform(0, 0.05)
    return batch * contrast + brightness + noise * torch.randn_like(batch)


def judge(work: Workspace) -> Judge:
    return averaged(work, 'classifier', Judge())


@torch.no_grad()
def classify(model: Judge, pictures: np.ndarray) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """(probabilities by attribute, features [n, 256]) of uint8 pictures [n, 512, 512]."""
    embedded = torch.cat([model.embed(pooled(pictures[i : i + 16])) for i in range(0, len(pictures), 16)])
    return {name: head(embedded).softmax(1) for name, head in model.heads.items()}, embedded


def run(settings: ClassifierSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    _train(work, store, settings)
    _report(work, store, store.split()[1], 'main')
    other = ClipStore(work, 'other')
    _report(work, other, list(range(len(other))), 'other')


def _train(work: Workspace, store: ClipStore, settings: ClassifierSettings) -> None:
    train, _ = store.split()
    small = all_pooled(work, store)
    labels = [attributes(song_of(clip)) for clip in store.clips]
    model = Judge(settings.dropout)
    rng = random.Random(settings.seed)
    training = Training(work, 'classifier', model, settings)
    for _ in training.steps():
        chosen = rng.sample(train, settings.batch)
        guesses = model(_disturbed(torch.from_numpy(small[chosen].astype(np.float32))[:, None], rng))
        truth = {name: torch.tensor([labels[i][name] for i in chosen]) for name in HEADS}
        loss = sum(F.cross_entropy(guesses[name], truth[name]) for name in HEADS) / len(HEADS)
        training.update(loss)
        training.note(loss)


def _report(work: Workspace, store: ClipStore, indices: list[int], rules: str) -> None:
    """Prints the share of right answers for every attribute."""
    chances, _ = classify(judge(work), np.stack([store.picture(i) for i in indices]))
    songs = [attributes(song_of(store.clips[i])) for i in indices]
    truth = {name: torch.tensor([song[name] for song in songs]) for name in HEADS}
    shares = {name: float((chances[name].argmax(1) == truth[name]).float().mean()) for name in HEADS}
    print(f'{rules} rules, {len(indices)} clips:', ', '.join(f'{name} {share:.2f}' for name, share in shares.items()))
