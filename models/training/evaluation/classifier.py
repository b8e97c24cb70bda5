"""Stage `classifier`: the judge of the evaluation. It sees pictures pooled to 256×128 and names what it hears."""

import random

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from learning.training import Training, averaged
from music.song import Song
from text.encoder import CLASSES, attributes
from workspace import ClipStore, Workspace

HEADS = ['family', 'style', 'drums', 'vocals', 'piano', 'bass', 'guitar', 'lead', 'mode', 'tempo']
FEATURES, BATCH = 256, 32


class Judge(nn.Module):
    """Five convolutions, mean over time with frequency kept, `features` [n, 256], one head for each attribute."""

    def __init__(self):
        super().__init__()
        widths = (1, 16, 32, 64, 96, 128)
        layers: list[nn.Module] = []
        for before, after in zip(widths, widths[1:]):
            layers += [nn.Conv2d(before, after, 3, 2 if before > 1 else (2, 1), 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.features = nn.Sequential(nn.Linear(128 * 8 * 2, FEATURES), nn.ReLU())
        self.heads = nn.ModuleDict({name: nn.Linear(FEATURES, len(CLASSES[name])) for name in HEADS})

    def embed(self, pooled: torch.Tensor) -> torch.Tensor:
        seen = self.body(pooled)
        return self.features(torch.cat([seen.mean(3), seen.amax(3)], 1).flatten(1))

    def forward(self, pooled: torch.Tensor) -> dict[str, torch.Tensor]:
        embedded = F.dropout(self.embed(pooled), 0.2, self.training)
        return {name: head(embedded) for name, head in self.heads.items()}


def pooled(pictures: np.ndarray) -> torch.Tensor:
    """uint8 [n, 512, 512] → float [n, 1, 256, 128], loud is 1."""
    small = pictures.reshape(len(pictures), 256, 2, 128, 4).mean((2, 4), dtype=np.float32)
    return 1 - torch.from_numpy(small)[:, None] / 255


def song_of(clip: dict) -> Song:
    return Song(**{key: value for key, value in clip.items() if key != 'window'})


def all_pooled(work: Workspace, store: ClipStore) -> np.ndarray:
    """float16 [clips, 256, 128] of the whole store, cached."""
    file = work.path('latents', f'pooled-{len(store)}.npy')
    if not file.exists():
        np.save(file, np.concatenate([pooled(np.asarray(chunk))[:, 0].half().numpy() for chunk in store.pictures]))
    return np.load(file, mmap_mode='r')


def _disturbed(batch: torch.Tensor, rng: random.Random) -> torch.Tensor:
    """Rolled in time, shifted by up to two rows, other brightness, blurred at times, a little noise."""
    batch = torch.roll(batch, (rng.randrange(-2, 3), rng.randrange(128)), (2, 3))
    if rng.random() < 0.3:
        batch = F.avg_pool2d(batch, 3, 1, 1, count_include_pad=False)
    return batch * (1 + rng.uniform(-0.15, 0.15)) + rng.uniform(-0.05, 0.05) + rng.uniform(0, 0.05) * torch.randn_like(batch)


def judge(work: Workspace) -> Judge:
    return averaged(work, 'classifier', Judge())


@torch.no_grad()
def verdicts(model: Judge, pictures: np.ndarray) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """(probabilities by attribute, features [n, 256]) of uint8 pictures [n, 512, 512]."""
    embedded = torch.cat([model.embed(pooled(pictures[i : i + 16])) for i in range(0, len(pictures), 16)])
    return {name: head(embedded).softmax(1) for name, head in model.heads.items()}, embedded


def run(arguments) -> None:
    work = Workspace(arguments.work)
    store = ClipStore(work)
    train, held_out = store.split()
    torch.manual_seed(2)
    torch.set_num_threads(arguments.threads)
    small, labels = all_pooled(work, store), [attributes(song_of(clip)) for clip in store.clips]
    model, rng = Judge(), random.Random(2)
    training = Training(work, 'classifier', model, arguments.minutes or 6, 1e-3, averaging=0.99, fresh=arguments.fresh)
    for _ in training.steps():
        chosen = rng.sample(train, BATCH)
        guesses = model(_disturbed(torch.from_numpy(small[chosen].astype(np.float32))[:, None], rng))
        loss = sum(F.cross_entropy(guesses[name], torch.tensor([labels[i][name] for i in chosen])) for name in HEADS) / len(HEADS)
        training.update(loss)
        training.note(loss)
    for rules, indices in (('main', held_out), ('other', None)):
        other = ClipStore(work, rules)
        indices = indices if indices is not None else list(range(len(other)))
        chances, _ = verdicts(judge(work), np.stack([other.picture(i) for i in indices]))
        truth = [attributes(song_of(other.clips[i])) for i in indices]
        shares = {name: float((chances[name].argmax(1) == torch.tensor([t[name] for t in truth])).float().mean()) for name in HEADS}
        print(f'{rules} rules, {len(indices)} clips:', ', '.join(f'{name} {share:.2f}' for name, share in shares.items()))
