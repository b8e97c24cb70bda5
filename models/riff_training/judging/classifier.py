"""Stages `classifier` and `listener`: the judge of the evaluation, and another for the decoder to be trained on."""

import random

import numpy as np
import torch
from torch.nn import functional as F

from riff_training.judging.judge import HEADS, Judge, classify, judge, pooled
from riff_training.learning.training import Training
from riff_training.music.song import song_of
from riff_training.settings import ClassifierSettings
from riff_training.text.encoder import attributes
from riff_training.workspace import ClipStore, Workspace, save_array


def _all_pooled(work: Workspace, store: ClipStore) -> np.ndarray:
    """float16 [clips, 256, 128]: all clips as the judge sees them, from a file that the first call writes."""
    file = work.path('latents', f'pooled-{len(store)}.npy')
    if not file.exists():
        save_array(file, np.concatenate([pooled(np.asarray(chunk))[:, 0].half().numpy() for chunk in store.pictures]))
    return np.load(file, mmap_mode='r')


def _disturbed(batch: torch.Tensor, rng: random.Random) -> torch.Tensor:
    """Augments a batch, all of it alike: rolled in time, shifted by up to two rows, at times blurred, with another
    contrast and brightness, and noisy.
    """
    batch = torch.roll(batch, (rng.randrange(-2, 3), rng.randrange(128)), (2, 3))
    if rng.random() < 0.3:
        batch = F.avg_pool2d(batch, 3, 1, 1, count_include_pad=False)
    contrast = 1 + rng.uniform(-0.15, 0.15)
    brightness = rng.uniform(-0.05, 0.05)
    noise = rng.uniform(0, 0.05)
    return batch * contrast + brightness + noise * torch.randn_like(batch)


def run(settings: ClassifierSettings) -> None:
    work = Workspace(settings.work)
    store = ClipStore(work)
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.threads)
    _train(work, store, settings)
    _report(judge(work, settings.checkpoint), store, store.split()[1])
    other = ClipStore(work, 'other')
    _report(judge(work, settings.checkpoint), other, list(range(len(other))))


def _train(work: Workspace, store: ClipStore, settings: ClassifierSettings) -> None:
    train, _ = store.split()
    small = _all_pooled(work, store)
    labels = [attributes(song_of(clip)) for clip in store.clips]
    model = Judge(settings.dropout)
    rng = random.Random(settings.seed)
    training = Training(work, settings.checkpoint, model, settings)
    for _ in training.steps():
        chosen = rng.sample(train, settings.batch)
        guesses = model(_disturbed(torch.from_numpy(small[chosen].astype(np.float32))[:, None], rng))
        truth = {name: torch.tensor([labels[i][name] for i in chosen]) for name in HEADS}
        loss = sum(F.cross_entropy(guesses[name], truth[name]) for name in HEADS) / len(HEADS)
        training.update(loss)
        training.note(loss)


def _report(model: Judge, store: ClipStore, indices: list[int]) -> None:
    """Prints the share of right answers for every attribute."""
    chances, _ = classify(model, np.stack([store.picture(i) for i in indices]))
    songs = [attributes(song_of(store.clips[i])) for i in indices]
    truth = {name: torch.tensor([song[name] for song in songs]) for name in HEADS}
    shares = {name: float((chances[name].argmax(1) == truth[name]).float().mean()) for name in HEADS}
    print(
        f'{store.rules} rules, {len(indices)} clips:',
        ', '.join(f'{name} {share:.2f}' for name, share in shares.items()),
    )
