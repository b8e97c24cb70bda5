"""Stage `evaluate`: generates with the exported int8 model and prints the whole table as Markdown; draws the sheet.

All parts together on the published model also write both into its card.
"""

import random
import shutil
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch

from riff_training.diffusion.vae import as_input, as_picture
from riff_training.evaluation.modulation import modulation_distance
from riff_training.evaluation.prompts import NEGATIVES, Question, questions, tempo_questions
from riff_training.evaluation.scores import frechet, interval, row
from riff_training.evaluation.sheet import draw_sheet
from riff_training.evaluation.straightness import wander
from riff_training.evaluation.tempo import keeps_tempo
from riff_training.evaluation.typed import Judging, bare_lines, typed_lines
from riff_training.export.model_index import FEW_STEPS
from riff_training.export.pipeline import FEW_STEPS_SCHEDULER, RiffMini
from riff_training.judging.judge import Judge, classify, judge
from riff_training.music.captions import caption
from riff_training.music.song import song_of
from riff_training.settings import EVALUATION_PARTS, PUBLISHED_FOLDER, STUDENT, EvaluateSettings
from riff_training.text.encoder import CLASSES
from riff_training.workspace import ClipStore, Workspace

CARD_MARKS = ('<!-- scores -->', '<!-- /scores -->')
HEADER = (
    '| set | n | family | family top 3 | style | style top 3 | drums | drum probability, asked / not |\n'
    '|---|---|---|---|---|---|---|---|'
)
Classification = tuple[dict[str, torch.Tensor], torch.Tensor]  # (probabilities by attribute, features)

SWEEPS: list[dict[str, Any]] = [
    *({'guidance_scale': scale} for scale in (2, 3, 4, 5, 7)),
    *({'steps': steps} for steps in (8, 12, 16, 30)),
    *({'scheduler': name} for name in ('unipc', 'euler', 'pndm')),
]
# As Riff's profile `fast` draws.
FAST: dict[str, Any] = {'scheduler': FEW_STEPS_SCHEDULER, 'steps': FEW_STEPS['steps'], 'guidance_scale': 1}
FAST_WITH_NEGATIVE: dict[str, Any] = {'steps': 9}
FEW_STEPS_SWEEP: list[dict[str, Any]] = [
    {},
    *({'scheduler': FEW_STEPS_SCHEDULER, 'steps': steps, 'guidance_scale': 1} for steps in (1, 2, 4, 8)),
]


class Evaluation:
    """Draws pictures for prompts and gathers what the judge hears in them as lines of Markdown. One method for each of
    EVALUATION_PARTS.
    """

    def __init__(self, settings: EvaluateSettings) -> None:
        self.work = Workspace(settings.work)
        self.store = ClipStore(self.work)
        self.judge = judge(self.work)
        self.other_judge = settings.other_judge and judge(Workspace(settings.other_judge))
        self.model = RiffMini(settings.model, settings.precision, settings.threads)
        self.changed = {} if settings.steps is None else {'steps': settings.steps}
        self.profile = settings.profile
        self.count = settings.count
        held_out = self.store.split()[1]
        # At most half of the held-out clips: the rest stand for other real clips.
        self.real_indices = random.Random(3).sample(held_out, min(self.count, len(held_out) // 2))
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        """Prints the text and keeps it for the table."""
        print(text, flush=True)
        self.lines.append(text)

    def real(self) -> tuple[np.ndarray, list[Question]]:
        """(pictures of held-out clips, uint8 [n, 512, 512], what is heard in them)"""
        songs = [song_of(self.store.clips[i]) for i in self.real_indices]
        pictures = np.stack([self.store.picture(i) for i in self.real_indices])
        return pictures, [Question('', song.style, song.family, song.drums, song.bpm) for song in songs]

    def make(self, prompts: list[str], negative: str = '', first_seed: int = 100, **settings: Any) -> np.ndarray:
        """Pictures of the prompts, uint8 [n, 512, 512], drawn as the profile proposes but for `settings`."""
        seeds = [first_seed + index for index in range(len(prompts))]
        proposed = {} if self.profile == 'balanced' else FAST_WITH_NEGATIVE if negative else FAST
        settings = {**proposed, **self.changed, **settings}
        return self.model.generate(prompts, [negative] * len(prompts), seeds, **settings)

    def main_table(self) -> None:
        real, truth = self.real()
        copies = np.concatenate([_reconstruct(self.model, picture) for picture in real])
        asked = questions(self.count)
        made = self.make([q.prompt for q in asked])
        sets = {'real': real, 'copies': copies, 'made': made}
        results = {name: classify(self.judge, pictures) for name, pictures in sets.items()}
        self._autoencoder(real, copies, results)
        self.say('\n' + HEADER)
        self.say(row('real, held out', results['real'][0], truth))
        self.say(row('reconstructed', results['copies'][0], truth))
        self.say(row('generated', results['made'][0], asked))
        self._distances(real, {name: result[1] for name, result in results.items()})
        self._straightness({'real': real, 'reconstructed': copies, 'generated': made})
        draw_sheet(self.work.path('evaluation', 'sheet.png'), real, copies, made)

    def _autoencoder(self, real: np.ndarray, copies: np.ndarray, results: dict[str, Classification]) -> None:
        difference = copies.astype(np.float32) - real
        psnr = np.mean(10 * np.log10(255**2 / (difference**2).mean((1, 2))))
        heads = ('family', 'style', 'drums')
        self.say(
            f'Autoencoder, {len(real)} whole held-out pictures: PSNR {psnr:.2f} dB, '
            f'L1 {np.abs(difference).mean():.2f} of 255, '
            f'modulation spectra {modulation_distance(copies, real):.2f} dB apart; '
            + 'the judge agrees with itself on the original: '
            + ', '.join(f'{head} {_agreement(results, head):.2f}' for head in heads)
        )

    def _straightness(self, sets: dict[str, np.ndarray]) -> None:
        self.say(
            '\n| lines of harmonics | deviation from their row, in rows | length, columns of 10 ms |\n|---|---|---|'
        )
        for name, pictures in sets.items():
            deviation, length = np.nanmean([wander(picture) for picture in pictures], 0)
            self.say(f'| {name} | {deviation:.2f} | {length:.1f} |')

    def _distances(self, real: np.ndarray, features: dict[str, torch.Tensor]) -> None:
        """Fréchet distances between sets of equal size: real clips, their reconstructions, other real clips, and
        pictures drawn from the captions of the real clips.
        """
        rng = random.Random(4)
        others = rng.sample([i for i in self.store.split()[1] if i not in self.real_indices], len(real))
        _, elsewhere = classify(self.judge, np.stack([self.store.picture(i) for i in others]))
        captions = [caption(song_of(self.store.clips[i]), rng) for i in self.real_indices]
        _, made_again = classify(self.judge, self.make(captions))
        self.say(
            f"\nFréchet distance in the judge's features, n = {len(real)} each. "
            f'From other real clips: real {frechet(elsewhere, features["real"]):.1f}, '
            f'reconstructed {frechet(elsewhere, features["copies"]):.1f}, '
            f'generated from the captions of the real ones {frechet(elsewhere, made_again):.1f}, '
            f'generated from the prompts above {frechet(elsewhere, features["made"]):.1f}. '
            f'Real clips – their own reconstructions {frechet(features["real"], features["copies"]):.1f}'
        )

    def sweeps(self) -> None:
        self._sweep(SWEEPS, max(4, self.count // 6))

    def few_steps(self) -> None:
        """The student at few steps beside the denoiser, and how both obey negative prompts."""
        self._sweep(FEW_STEPS_SWEEP, self.count)
        count = max(4, self.count // 6)
        self.say(
            f'\n| mean probability, negative prompt without → with, n = {count} each | '
            + ' | '.join(NEGATIVES)
            + ' |\n'
            + '|---' * (1 + len(NEGATIVES))
            + '|'
        )
        for changed in FEW_STEPS_SWEEP:
            without = self._mean_chances(count, False, changed)
            for way in self._ways_from_negatives(changed):
                pairs = zip(without, self._mean_chances(count, True, way), strict=True)
                cells = [f'{one:.2f} → {other:.2f}' for one, other in pairs]
                name = self._name(self.model.proposed([NEGATIVES['drums'].words]), way)
                self.say(f'| {name} with it | ' + ' | '.join(cells) + ' |')

    def _ways_from_negatives(self, changed: dict[str, Any]) -> list[dict[str, Any]]:
        """The settings that obey a negative prompt by guidance; of the student also those that leave it to attention
        guidance, if it was exported with that.
        """
        if not changed:
            return [changed]
        guided = {**changed, 'guidance_scale': FEW_STEPS['negative_guidance_scale']}
        return [guided, changed] if self.model.has_nag(STUDENT) else [guided]

    def _mean_chances(self, count: int, is_negative: bool, changed: dict[str, Any]) -> list[float]:
        """Of every attribute of NEGATIVES the mean probability, with its words as a negative prompt or without."""
        return [
            float(
                self._chance_of(
                    attribute, negative.prompts(attribute, count)[0], negative.words if is_negative else '', **changed
                ).mean()
            )
            for attribute, negative in NEGATIVES.items()
        ]

    def _sweep(self, ways: list[dict[str, Any]], count: int) -> None:
        asked = questions(count)
        real, _ = self.real()
        _, features = classify(self.judge, real[: len(asked)])
        titles, rule = HEADER.split('\n')
        self.say(f'\n{titles} distance |\n{rule}---|')
        for changed in ways:
            chances, made = classify(self.judge, self.make([q.prompt for q in asked], **changed))
            name = self._name(self.model.defaults, changed)
            self.say(f'{row(name, chances, asked)} {frechet(features, made):.0f} |')

    def _name(self, proposed: dict[str, Any], changed: dict[str, Any]) -> str:
        """The name of a row of a sweep, from the settings of its pictures."""
        values = {**proposed, **self.changed, **changed}
        return f'{values["scheduler"]}, {values["steps"]} steps, guidance {values["guidance_scale"]}'

    def negatives(self) -> None:
        count = max(4, self.count // 6)
        self.say(
            '\n| negative prompt | prompts | n '
            '| mean probability without | with | share above one half without | with |\n'
            '|---|---|---|---|---|---|---|'
        )
        for attribute, negative in NEGATIVES.items():
            kinds = zip(('do not name it', 'ask for it'), negative.prompts(attribute, count), strict=True)
            for kind, prompts in kinds:
                chance = [self._chance_of(attribute, prompts, text) for text in ('', negative.words)]
                means = ' | '.join(f'{c.mean():.2f}' for c in chance)
                shares = ' | '.join(interval(int((c > 0.5).sum()), count) for c in chance)
                self.say(f'| {negative.words} | {kind} | {count} | {means} | {shares} |')
        self._judge_on_real_clips()

    def _chance_of(self, attribute: str, prompts: list[str], negative: str, **settings: Any) -> torch.Tensor:
        """[n]: the probability that the judge gives the attribute in the pictures of the prompts."""
        return classify(self.judge, self.make(prompts, negative, **settings))[0][attribute][:, 1]

    def _judge_on_real_clips(self) -> None:
        self.say('\n| the judge on real clips | with it | without it |\n|---|---|---|')
        chances, _ = classify(self.judge, self.real()[0])
        heard = [song_of(self.store.clips[i]).presence for i in self.real_indices]
        for attribute in NEGATIVES:
            there = torch.tensor([presence[attribute] for presence in heard])
            said = chances[attribute][:, 1]
            self.say(f'| mean probability of {attribute} | {said[there].mean():.2f} | {said[~there].mean():.2f} |')

    def typed(self) -> None:
        pictures = cache(self._pictures)  # both judges hear the same

        def by(one: Judge) -> Judging:
            return lambda prompts, negatives: classify(one, pictures(tuple(prompts), tuple(negatives)))[0]

        seeds = max(2, self.count // 10)
        tables = [typed_lines(by(self.judge)), bare_lines(by(self.judge), seeds, "the recipe's judge")]
        if self.other_judge:
            tables.append(bare_lines(by(self.other_judge), seeds, 'the judge of other rules'))
        for line in chain.from_iterable(tables):
            self.say(line)

    def _pictures(self, prompts: tuple[str, ...], negatives: tuple[str, ...]) -> np.ndarray:
        """The pictures of the prompts; those of each negative prompt separately, since guidance differs with it."""
        pictures = np.empty((len(prompts), 512, 512), np.uint8)
        for negative in dict.fromkeys(negatives):
            chosen = [index for index, text in enumerate(negatives) if text == negative]
            pictures[chosen] = self.make([prompts[index] for index in chosen], negative)
        return pictures

    def tempo(self) -> None:
        real, truth = self.real()
        with_drums = [i for i, q in enumerate(truth) if q.drums]
        asked = tempo_questions(max(4, self.count // 4))
        made = self.make([q.prompt for q in asked])
        self.say(
            '\n| onsets | n | their strongest period is the asked tempo, its half or double, within 4 % |\n'
            '|---|---|---|'
        )
        sets = (
            ('real, with drums', real[with_drums], [truth[i] for i in with_drums]),
            ('generated', made, asked),
            ('generated, held against the tempo of the next prompt', made, asked[1:] + asked[:1]),
        )
        for name, pictures, wanted in sets:
            kept = [keeps_tempo(picture, question.bpm) for picture, question in zip(pictures, wanted, strict=True)]
            self.say(f'| {name} | {len(wanted)} | {interval(sum(kept), len(wanted))} |')


def _reconstruct(model: RiffMini, picture: np.ndarray) -> np.ndarray:
    planes = as_input(picture[None]).contiguous().numpy()
    parameters = model.parts['vae_encoder'](planes)['latent_parameters']
    decoded = model.decode(torch.from_numpy(parameters[:, : parameters.shape[1] // 2].copy()))
    return as_picture(torch.from_numpy(decoded))


def _agreement(results: dict[str, Classification], head: str) -> float:
    copies, real = (results[name][0][head].argmax(1) for name in ('copies', 'real'))
    return float((copies == real).float().mean())


def _write_card(folder: Path, lines: list[str]) -> None:
    """Puts the table between the marks of the model card."""
    card = folder / 'README.md'
    before, _, rest = card.read_text().partition(CARD_MARKS[0])
    after = rest.partition(CARD_MARKS[1])[2]
    table = '\n'.join(lines).strip()
    card.write_text(f'{before}{CARD_MARKS[0]}\n\n{table}\n\n{CARD_MARKS[1]}{after}')


PARTS: dict[str, Callable[[Evaluation], None]] = {
    'main': Evaluation.main_table,
    'typed': Evaluation.typed,
    'tempo': Evaluation.tempo,
    'negatives': Evaluation.negatives,
    'sweeps': Evaluation.sweeps,
    'few_steps': Evaluation.few_steps,
}


def run(settings: EvaluateSettings) -> None:
    assert set(NEGATIVES) <= set(CLASSES)
    torch.set_num_threads(settings.threads)
    evaluation = Evaluation(settings)
    for part in settings.parts:
        PARTS[part](evaluation)
    evaluation.work.path('evaluation', 'table.md').write_text('\n'.join(evaluation.lines) + '\n')
    is_plain = not evaluation.changed and settings.profile == 'balanced' and settings.precision == 'f32'
    is_whole = is_plain and tuple(settings.parts) == EVALUATION_PARTS
    if is_whole and settings.model == PUBLISHED_FOLDER:
        _write_card(PUBLISHED_FOLDER, evaluation.lines)
        shutil.copy(evaluation.work.path('evaluation', 'sheet.png'), PUBLISHED_FOLDER / 'sheet.png')
