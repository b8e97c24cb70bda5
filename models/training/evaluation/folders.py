"""Scores pictures that were drawn elsewhere, and makes the table of what each way to render faster costs.

    python -m evaluation.folders levers WORK [COUNT [CASE...]]   draws, scores, writes the table into models/README.md
    python -m evaluation.folders table WORK FOLDER               the table of what `levers` drew
    python -m evaluation.folders prompts COUNT > prompts.txt
    python -m evaluation.folders score WORK FOLDER...            folders of pictures in the order of the prompts

Run in this folder's parent. WORK is the recipe's working data (~/.cache/riff/training), which holds the judge, real clips and the
weights in 32 bits; COUNT prompts are 102 where nothing is said. Pictures and figures go to WORK/evaluation/levers. With CASEs (names
that `npm run bench -- --levers` knows) only those are drawn and the table is only printed.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from evaluation.classifier import judge, verdicts
from evaluation.prompts import Question, questions
from evaluation.scores import frechet, row
from evaluation.table import HEADER
from text.encoder import CLASSES
from workspace import ClipStore, Workspace

REPOSITORY = Path(__file__).resolve().parents[3]
README, MODEL = REPOSITORY / 'models' / 'README.md', REPOSITORY / 'models' / 'riff-mini'
DEEP_CACHE_CASES = '1:2,1:3,1:5,3:2,3:3'
MOST_LOSS = 2.0  # points of adherence that a default may cost
LEAST_SCORED = 24  # with fewer prompts adherence says nothing
LEVERS_HEADER = ('| lever | time | latents | PSNR, dB | family | style | drums | adherence, points | distance | n |\n'
                 '|---|---|---|---|---|---|---|---|---|---|')


def pictures_of(folder: Path, count: int | None = None) -> np.ndarray:
    """uint8 [n, 512, 512], the first `count`."""
    files = sorted(folder.glob('*.png'))[:count]
    if not files:
        sys.exit(f'{folder}: expected PNG files, found none')
    return np.stack([np.asarray(Image.open(file).convert('L')) for file in files])


def score(work: Path, folders: list[Path]) -> None:
    """Shares of the judge for every folder, then the distance of each from the first at equal n."""
    model = judge(Workspace(work))
    print(HEADER)
    first = None
    distances = []
    for folder in folders:
        pictures = pictures_of(folder)
        chances, features = verdicts(model, pictures)
        print(row(folder.name, chances, questions(len(pictures))), flush=True)
        first = features if first is None else first
        distances.append(f'{folder.name} {frechet(first, features):.1f}')
    print(f'\nFréchet distance from {folders[0].name}: ' + ', '.join(distances[1:]))


class Adherence:
    """Hits by prompt [n, 3]: family, style among the best three, drums."""

    def __init__(self, chances: dict[str, torch.Tensor], asked: list[Question]):
        columns = [_hits(chances[key], [getattr(q, key) for q in asked], key, top) for key, top in (('family', 1), ('style', 3), ('drums', 1))]
        self.hits = np.stack(columns, 1)

    def shares(self) -> str:
        return ' | '.join(f'{share:.2f}' for share in self.hits.mean(0))

    def change(self, exact: 'Adherence') -> str:
        """Points that the mean of the three rises, prompt against prompt, with the half width of its 95 % interval."""
        points = 100 * (self.hits - exact.hits).mean(1)
        half = 1.96 * points.std(ddof=1) / len(points) ** 0.5
        return f'{points.mean():+.1f} ± {half:.1f}' + (' **fails**' if points.mean() < -MOST_LOSS else '')


def _hits(chances: torch.Tensor, asked: list, key: str, top: int) -> np.ndarray:
    best = chances.topk(min(top, chances.shape[1]), 1).indices
    return (best == torch.tensor([[CLASSES[key].index(value)] for value in asked])).any(1).numpy().astype(float)


def figures_of(folder: Path) -> tuple[int, list[dict], dict]:
    """(prompts, one row of figures a case, the whole report) of what was drawn into the folder."""
    report = json.loads((folder / 'figures.json').read_text())
    deep_cache = folder / 'deep-cache.json'
    return report['prompts'], report['figures'] + (json.loads(deep_cache.read_text()) if deep_cache.exists() else []), report


def table(work: Path, folder: Path) -> str:
    count, figures, report = figures_of(folder)
    lines = [f"{report['model']} {report['version']}, {count} prompts, held against {report['steps']} exact steps.", '', LEVERS_HEADER]
    judged = Judged(Workspace(work), folder, count) if count >= LEAST_SCORED else None
    exact = judged.cells('exact') if judged else '| | | |'
    lines.append(f'| exact | 1.00 | 0 | | {exact} | {count} |')
    for case in figures:
        cells = judged.cells(case['name']) if judged else '| | | |'
        lines.append(f"| {case['name']} | {case['timeRatio']:.2f} | {case['latentsError']:.3f} | {case['psnrDb']:.1f} | {cells} | {count} |")
    return '\n'.join([*lines, *_phase(report['phase']), *_splits(figures)])


class Judged:
    """What the judge says of the pictures of every case, beside the exact ones and as many real clips."""

    def __init__(self, work: Workspace, folder: Path, count: int):
        self.model, self.folder, self.asked = judge(work), folder, questions(count)
        store = ClipStore(work)
        held_out = store.split()[1]
        real = held_out[:: max(1, len(held_out) // count)][:count]
        self.real = verdicts(self.model, np.stack([store.picture(i) for i in real]))[1] if len(real) == count else None
        self.exact = self._of('exact')

    def cells(self, name: str) -> str:
        """family | style | drums | change of the three | distance from real clips"""
        adherence, features = self._of(name)
        distance = '–' if self.real is None else f'{frechet(self.real, features):.0f}'
        change = '' if name == 'exact' else adherence.change(self.exact[0])
        return f'{adherence.shares()} | {change} | {distance}'

    def _of(self, name: str) -> tuple[Adherence, torch.Tensor]:
        chances, features = verdicts(self.model, pictures_of(self.folder / name, len(self.asked)))
        return Adherence(chances, self.asked), features


def _phase(figures: list[dict]) -> list[str]:
    rows = [f"| {case['name']} | {case['tookMs']:.0f} | {case['convergenceDb']:.1f} |" for case in figures]
    return ['', '| phase recovery, iterations | ms | distance from the picture, dB |', '|---|---|---|', *rows] if rows else []


def _splits(figures: list[dict]) -> list[str]:
    ratios = {case['name'].split('-skips-')[1]: f"{case['shallowRatio']:.2f}" for case in figures if 'shallowRatio' in case}
    told = ', '.join(f'{ratio} (skips {skips})' for skips, ratio in ratios.items())
    return ['', f'A shallow step of DeepCache takes, of a whole one: {told}.'] if told else []


def levers(work: Path, count: int, cases: list[str]) -> None:
    """About an hour for a hundred prompts and all cases on two idle cores. What a killed run has drawn, `table` scores."""
    folder = work / 'evaluation' / 'levers'
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    prompts = folder / 'prompts.txt'
    prompts.write_text('\n'.join(question.prompt for question in questions(count)) + '\n')
    shared = ['--prompts', prompts, '--pictures', folder]
    full_weights = [] if cases else ['--full-weights', work / 'ir-f32']
    bench = ['npm', 'run', '-s', 'bench', '--', '--levers', *cases, '--model', MODEL, *full_weights, '--json', *shared]
    (folder / 'figures.json').write_text(_output(bench))
    if not cases:
        deep_cache = [sys.executable, '-B', REPOSITORY / 'models' / 'deep_cache.py', MODEL, '--cases', DEEP_CACHE_CASES, *shared]
        (folder / 'deep-cache.json').write_text(_output(deep_cache))
    made = table(work, folder)
    print(made)
    if not cases:
        pattern = re.compile(r'(<!-- levers -->\n).*(<!-- /levers -->)', re.S)
        README.write_text(pattern.sub(lambda found: f'{found[1]}\n{made}\n\n{found[2]}', README.read_text()))


def _output(command: list) -> str:
    return subprocess.run([str(word) for word in command], cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout


def main(words: list[str]) -> None:
    match words:
        case ['levers', work]:
            levers(Path(work).resolve(), 102, [])
        case ['levers', work, count, *cases] if count.isdigit():
            levers(Path(work).resolve(), int(count), cases)
        case ['table', work, folder]:
            print(table(Path(work), Path(folder)))
        case ['prompts', count] if count.isdigit():
            print('\n'.join(question.prompt for question in questions(int(count))))
        case ['score', work, *folders] if folders:
            score(Path(work), [Path(folder) for folder in folders])
        case _:
            sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv[1:])
