"""Stage `wording`: teaches the restored text encoder other words for what the denoiser already understands.

The restored encoder reads the plain form of a caption; the one in training reads the caption itself and learns to end
in the same hidden states. So the denoiser needs no training to follow new words, and what it was taught stays.
"""

import copy
import random
from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch.nn import functional as F
from transformers import CLIPTextModel, CLIPTokenizer

from riff_training.learning.training import Training, averaged
from riff_training.music.captions import Wording, single_word, wording
from riff_training.music.recordings import as_recorded
from riff_training.music.song import song_from
from riff_training.settings import WordingSettings
from riff_training.text.closed_vocabulary import END
from riff_training.text.encoder import TRAINING_SONGS, UNSEEN_SONGS, CaptionReader
from riff_training.text.tokenizer import POSITIONS, encode, load
from riff_training.text.vocabulary import caption_words
from riff_training.workspace import Workspace

TAUGHT = 'text-restored'  # the checkpoint of the encoder that is imitated


class Lesson(NamedTuple):
    ids: torch.Tensor  # of the captions, [n, 32]
    wanted: torch.Tensor  # hidden states of their plain forms, [n, 32, width]
    counted: torch.Tensor  # of the positions, 0 or 1, [n, 32]


def run(settings: WordingSettings) -> None:
    work = Workspace(settings.work)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    tokenizer = load(work.path('tokenizer', 'vocab.json').parent)
    reader = averaged(work, TAUGHT, CaptionReader(len(tokenizer)))
    teacher = copy.deepcopy(reader.encoder).eval()
    reader.requires_grad_(True)
    training = Training(work, 'text', reader, settings)
    rng = random.Random(settings.seed + training.step)
    for _ in training.steps():
        loss = _distance(reader.encoder, _lesson(tokenizer, teacher, rng, TRAINING_SONGS, settings))
        training.update(loss)
        training.note(loss)
    learned = averaged(work, 'text', reader).encoder
    unseen = [_lesson(tokenizer, teacher, random.Random(n), UNSEEN_SONGS, settings) for n in range(8)]
    for name, encoder in (('before', teacher), ('after', learned)):
        with torch.no_grad():
            distance = torch.stack([_distance(encoder, lesson) for lesson in unseen]).mean()
        print(f'wording: distance from the plain form on unseen captions, {name}: {distance:.4f}')


def _lesson(
    tokenizer: CLIPTokenizer, teacher: CLIPTextModel, rng: random.Random, first_seed: int, settings: WordingSettings
) -> Lesson:
    strangers = _strangers(tokenizer.get_vocab())
    songs = [song_from(first_seed, rng) for _ in range(settings.batch)]
    drawn = [wording(as_recorded(song, rng, settings), rng) for song in songs]
    pairs = [_taught(pair, strangers, rng, settings) for pair in drawn]
    ids = encode(tokenizer, [pair.text for pair in pairs])
    with torch.no_grad():
        wanted = teacher(encode(tokenizer, [pair.plain for pair in pairs])).last_hidden_state
    # A word is read before those behind it are known: only from the end of the caption on can the states be alike.
    begins = (ids == len(tokenizer) - 1).int().argmax(1)
    same = torch.tensor([pair.text == pair.plain for pair in pairs])
    return Lesson(ids, wanted, (torch.arange(POSITIONS) >= begins[:, None]) | same[:, None])


def _taught(pair: Wording, strangers: list[str], rng: random.Random, settings: WordingSettings) -> Wording:
    """The caption to learn from: sometimes its plain form or the empty text, so that those are not unlearnt, and
    sometimes with a token that is no word, which must change nothing.
    """
    if rng.random() < settings.empty_share:
        return Wording('', '')
    if rng.random() < settings.single_word_share:
        pair = single_word(rng)
    elif rng.random() < settings.plain_share:
        return Wording(pair.plain, pair.plain)
    if rng.random() < settings.stranger_share:
        words = pair.text.split()
        words.insert(rng.randrange(len(words) + 1), rng.choice(strangers))
        return Wording(' '.join(words), pair.plain)
    return pair


def _strangers(tokens: Iterable[str]) -> list[str]:
    """Tokens that are not words: signs, and the word ends from which longer words are merged."""
    spelled = {token.removesuffix(END) for token in tokens if token.endswith(END) and token.isascii()}
    return sorted(spelled - set(caption_words()))


def _distance(encoder: CLIPTextModel, lesson: Lesson) -> torch.Tensor:
    guess = encoder(lesson.ids).last_hidden_state
    error = F.mse_loss(guess, lesson.wanted, reduction='none').mean(2)
    return (error * lesson.counted).sum() / lesson.counted.sum()
