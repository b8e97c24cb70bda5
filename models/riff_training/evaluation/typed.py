"""Checks whether the judge hears everything that a typed prompt names, and whether a style alone implies its drums."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import torch

from riff_training.evaluation.scores import interval
from riff_training.music.instruments import INSTRUMENTS
from riff_training.music.styles import STYLES
from riff_training.music.typed_prompts import TYPED_PROMPTS, TypedPrompt
from riff_training.text.encoder import CLASSES

Chances = dict[str, torch.Tensor]  # probabilities by attribute, [n, classes]
Judging = Callable[[Sequence[str], Sequence[str]], Chances]  # of what prompts with their negatives make
STYLE_TOP = 3
SOLO_FORMS = ('solo {}', '{} alone')


class Heard(NamedTuple):
    """Which attributes of one prompt were heard; None for one that the prompt does not name."""

    kind: str
    family: bool | None
    style: bool | None
    drums: bool | None

    @property
    def everything(self) -> bool | None:
        said = [heard for heard in self[1:] if heard is not None]
        return all(said) if said else None


def typed_lines(judging: Judging) -> Iterator[str]:
    """A row for each kind of prompt and one for all, as Markdown."""
    chances = judging([p.prompt for p in TYPED_PROMPTS], [p.negative for p in TYPED_PROMPTS])
    heard = [_heard(prompt, chances, index) for index, prompt in enumerate(TYPED_PROMPTS)]
    yield '\n| typed prompts | n | lead family | style among three | drums | all that is named |\n' + '|---' * 6 + '|'
    for kind in dict.fromkeys(h.kind for h in heard):
        yield _row(kind, [h for h in heard if h.kind == kind])
    yield _row('all', heard)


def _heard(asked: TypedPrompt, chances: Chances, index: int) -> Heard:
    family = CLASSES['family'][int(chances['family'][index].argmax())]
    styles = [CLASSES['style'][i] for i in chances['style'][index].topk(STYLE_TOP).indices]
    drums = bool(chances['drums'][index, 1] > 0.5)
    return Heard(
        asked.kind,
        None if asked.family is None else family == asked.family,
        None if asked.style is None else asked.style in styles,
        None if asked.drums is None else drums == asked.drums,
    )


def _row(name: str, heard: list[Heard]) -> str:
    columns = ([h.family for h in heard], [h.style for h in heard], [h.drums for h in heard])
    cells = [_share(column) for column in (*columns, [h.everything for h in heard])]
    return f'| {name} | {len(heard)} | ' + ' | '.join(cells) + ' |'


def _share(column: list[bool | None]) -> str:
    said = [heard for heard in column if heard is not None]
    return interval(sum(said), len(said))


def bare_lines(judging: Judging, seeds: int, judge_name: str) -> Iterator[str]:
    """The mean drum probability of bare styles, each and together, and of those who play alone. `seeds`: clips of each
    style.
    """
    yield f'\n| bare prompts, {judge_name} | n | mean probability of drums | share above one half |\n|---|---|---|---|'
    together: dict[bool, list[torch.Tensor]] = {True: [], False: []}
    for style in STYLES:
        drums = judging([style.name] * seeds, [''] * seeds)['drums'][:, 1]
        together[style.usually_drums].append(drums)
        yield _drum_row(style.name, drums)
    for usually_drums, found in together.items():
        yield _drum_row(f'{len(found)} styles {"with drums" if usually_drums else "without"}', torch.cat(found))
    solos = [form.format(lead.name) for form, lead in product(SOLO_FORMS, INSTRUMENTS)]
    yield _drum_row('one who plays alone', judging(solos, [''] * len(solos))['drums'][:, 1])
    with_drums = [style.name for style in STYLES if style.usually_drums]
    negated = judging(with_drums, ['drums'] * len(with_drums))['drums'][:, 1]
    yield _drum_row('the styles with drums, negative prompt "drums"', negated)


def _drum_row(name: str, drums: torch.Tensor) -> str:
    return f'| {name} | {len(drums)} | {drums.mean():.2f} | {interval(int((drums > 0.5).sum()), len(drums))} |'
