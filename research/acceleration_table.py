"""Scores pictures that were drawn elsewhere, and makes the table of what each acceleration costs.

    python research/acceleration_table.py draw WORK [--count 102] [CASE …]
    python research/acceleration_table.py table WORK FOLDER      the table of what `draw` drew
    python research/acceleration_table.py prompts COUNT          prompts of the evaluation, one on each line
    python research/acceleration_table.py score WORK FOLDER …    folders of pictures in the order of the prompts

`draw` draws and scores every case of research/accelerations and of the two Python scripts beside it, and writes the
table into research/README.md: about an hour for 102 prompts on two idle cores. With CASEs (names that
research/accelerations/cases.ts knows) only those are drawn and the table is only printed. WORK is the recipe's working
data (~/.cache/riff/training), which holds the judge, real clips and the weights in 32 bits; pictures and figures go to
WORK/evaluation/accelerations. What a killed run has drawn, `table` scores. Needs models/ with its extra `train`:
pip install -e './models[train]'.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from riff_training.evaluation.prompts import Question, questions
from riff_training.evaluation.scores import frechet, row
from riff_training.evaluation.table import HEADER
from riff_training.judging.judge import classify, judge
from riff_training.text.encoder import CLASSES
from riff_training.workspace import ClipStore, Workspace

RESEARCH = Path(__file__).resolve().parent
REPOSITORY = RESEARCH.parent
README = RESEARCH / 'README.md'
MODEL = REPOSITORY / 'models' / 'riff-mini'
MARKED = re.compile(r'(<!-- accelerations -->\n).*(<!-- /accelerations -->)', re.DOTALL)
DEEP_CACHE_CASES = '1:2,1:3,1:5,3:2,3:3'
MOST_LOSS = 2.0  # points of adherence that a default may cost
LEAST_SCORED = 24  # with fewer prompts adherence says nothing
TABLE_HEADER = (
    '| acceleration | time | latents | PSNR, dB | family | style | drums | adherence, points | distance | n |\n'
    '|---|---|---|---|---|---|---|---|---|---|'
)


def pictures_of(folder: Path, count: int | None = None) -> np.ndarray:
    """uint8 [n, 512, 512], the first `count`."""
    files = sorted(folder.glob('*.png'))[:count]
    if not files:
        raise SystemExit(f'{folder}: expected PNG files, found none')
    return np.stack([np.asarray(Image.open(file).convert('L')) for file in files])


def score(work: Path, folders: list[Path]) -> None:
    """Prints the share of hits of every folder, then the Fréchet distance of each from the first at equal n."""
    model = judge(Workspace(work))
    print(HEADER)
    features = []
    for folder in folders:
        pictures = pictures_of(folder)
        chances, seen = classify(model, pictures)
        print(row(folder.name, chances, questions(len(pictures))), flush=True)
        features.append(seen)
    pairs = zip(folders[1:], features[1:], strict=True)
    distances = ', '.join(f'{folder.name} {frechet(features[0], seen):.1f}' for folder, seen in pairs)
    print(f'\nFréchet distance from {folders[0].name}: {distances}')


class Adherence:
    """Hits by prompt [n, 3]: family, style among the best three, drums."""

    def __init__(self, chances: dict[str, torch.Tensor], asked: list[Question]) -> None:
        columns = [
            _hits(chances[key], [getattr(question, key) for question in asked], key, top)
            for key, top in (('family', 1), ('style', 3), ('drums', 1))
        ]
        self.hits = np.stack(columns, 1)

    def shares(self) -> str:
        return ' | '.join(f'{share:.2f}' for share in self.hits.mean(0))

    def change(self, exact: 'Adherence') -> str:
        """Points that the mean of the three rises, prompt against prompt, with the half width of its 95 % interval."""
        points = 100 * (self.hits - exact.hits).mean(1)
        half = 1.96 * points.std(ddof=1) / len(points) ** 0.5
        return f'{points.mean():+.1f} ± {half:.1f}' + (' **fails**' if points.mean() < -MOST_LOSS else '')


def _hits(chances: torch.Tensor, asked: list[Any], key: str, top: int) -> np.ndarray:
    best = chances.topk(min(top, chances.shape[1]), 1).indices
    wanted = torch.tensor([[CLASSES[key].index(value)] for value in asked])
    return (best == wanted).any(1).numpy().astype(float)


class Judged:
    """The judge's hits and distances for the pictures of every case, the exact pictures and as many real clips."""

    def __init__(self, work: Workspace, folder: Path, count: int) -> None:
        self.model = judge(work)
        self.folder = folder
        self.asked = questions(count)
        store = ClipStore(work)
        held_out = store.split()[1]
        real = held_out[:: max(1, len(held_out) // count)][:count]
        self.real: torch.Tensor | None = None  # features; distances compare at equal n only
        if len(real) == count:
            self.real = classify(self.model, np.stack([store.picture(i) for i in real]))[1]
        self.exact = self._of('exact')

    def cells(self, name: str) -> str:
        """family | style | drums | change of the three | distance from real clips"""
        adherence, features = self._of(name)
        distance = '–' if self.real is None else f'{frechet(self.real, features):.0f}'
        change = '' if name == 'exact' else adherence.change(self.exact[0])
        return f'{adherence.shares()} | {change} | {distance}'

    def _of(self, name: str) -> tuple[Adherence, torch.Tensor]:
        chances, features = classify(self.model, pictures_of(self.folder / name, len(self.asked)))
        return Adherence(chances, self.asked), features


def table(work: Path, folder: Path) -> str:
    report = json.loads((folder / 'figures.json').read_text())
    count = report['prompts']
    figures = report['figures'] + _python_figures(folder)
    model = f'{report["model"]} {report["version"]}'
    lines = [f'{model}, {count} prompts, held against {report["steps"]} exact steps.', '', TABLE_HEADER]
    judged = Judged(Workspace(work), folder, count) if count >= LEAST_SCORED else None

    def line(name: str, measured: str) -> str:
        return f'| {name} | {measured} | {judged.cells(name) if judged else "| | | |"} | {count} |'

    lines.append(line('exact', '1.00 | 0 | '))
    for case in figures:
        measured = f'{case["timeRatio"]:.2f} | {case["latentsError"]:.3f} | {case["psnrDb"]:.1f}'
        lines.append(line(case['name'], measured))
    return '\n'.join([*lines, *_phase(report['phase']), *_splits(figures)])


def _python_figures(folder: Path) -> list[dict[str, Any]]:
    files = [folder / f'{name}.json' for name in ('guidance', 'deep-cache')]
    return [case for file in files if file.exists() for case in json.loads(file.read_text())]


def _phase(figures: list[dict[str, Any]]) -> list[str]:
    rows = [f'| {case["name"]} | {case["tookMs"]:.0f} | {case["convergenceDb"]:.1f} |' for case in figures]
    return ['', '| phase recovery, iterations | ms | distance from the picture, dB |', '|---|---|---|', *rows]


def _splits(figures: list[dict[str, Any]]) -> list[str]:
    split = [case for case in figures if 'shallowRatio' in case]
    ratios = {case['name'].split('-skips-')[1]: f'{case["shallowRatio"]:.2f}' for case in split}
    told = ', '.join(f'{ratio} (skips {skips})' for skips, ratio in ratios.items())
    return ['', f'A shallow step of DeepCache takes, of a whole one: {told}.'] if told else []


def draw(work: Path, count: int, cases: list[str]) -> None:
    folder = work / 'evaluation' / 'accelerations'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    prompts = folder / 'prompts.txt'
    prompts.write_text('\n'.join(question.prompt for question in questions(count)) + '\n')
    shared = ['--prompts', prompts, '--pictures', folder]
    full_weights = [] if cases else ['--full-weights', work / 'ir-f32']
    bench = [
        _node(),
        RESEARCH / 'accelerations' / 'bench.ts',
        *cases,
        '--model',
        MODEL,
        *full_weights,
        '--json',
        *shared,
    ]
    (folder / 'figures.json').write_text(_output(bench))
    if not cases:
        python = [sys.executable, '-B']
        guidance = [*python, RESEARCH / 'guidance_intervals.py', MODEL, *shared]
        (folder / 'guidance.json').write_text(_output(guidance))
        deep_cache = [*python, RESEARCH / 'deep_cache.py', MODEL, '--cases', DEEP_CACHE_CASES, *shared]
        (folder / 'deep-cache.json').write_text(_output(deep_cache))
    made = table(work, folder)
    print(made)
    if not cases:
        README.write_text(MARKED.sub(lambda found: f'{found[1]}\n{made}\n\n{found[2]}', README.read_text()))


def _node() -> Path:
    return REPOSITORY / 'node_modules' / '.bin' / 'node'


def _output(command: list[Any]) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    verbs = parser.add_subparsers(dest='verb', required=True)
    drawing = verbs.add_parser('draw', help='draw, score, write the table into research/README.md')
    drawing.add_argument('work', type=Path)
    drawing.add_argument('--count', type=int, default=102, help='prompts')
    drawing.add_argument('cases', nargs='*', metavar='CASE', help='only these')
    drawn = verbs.add_parser('table', help='the table of what draw drew')
    drawn.add_argument('work', type=Path)
    drawn.add_argument('folder', type=Path)
    asked = verbs.add_parser('prompts', help='prompts of the evaluation')
    asked.add_argument('count', type=int)
    scored = verbs.add_parser('score', help='folders of pictures in the order of the prompts')
    scored.add_argument('work', type=Path)
    scored.add_argument('folders', type=Path, nargs='+')
    arguments = parser.parse_args()
    match arguments.verb:
        case 'draw':
            draw(arguments.work.resolve(), arguments.count, arguments.cases)
        case 'table':
            print(table(arguments.work, arguments.folder))
        case 'prompts':
            print('\n'.join(question.prompt for question in questions(arguments.count)))
        case 'score':
            score(arguments.work, arguments.folders)


if __name__ == '__main__':
    main()
