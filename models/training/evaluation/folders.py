"""Scores folders of pictures that were drawn elsewhere, such as by `npm run bench -- --levers --pictures FOLDER`.

    python -m evaluation.folders prompts 64 > prompts.txt
    python -m evaluation.folders score WORK FOLDER...

Run in this folder's parent. Pictures are taken in the order of their names, which has to be that of the prompts.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

from evaluation.classifier import judge, verdicts
from evaluation.prompts import questions
from evaluation.scores import frechet, row
from evaluation.table import HEADER
from workspace import Workspace


def pictures_of(folder: Path) -> np.ndarray:
    """uint8 [n, 512, 512]."""
    files = sorted(folder.glob('*.png'))
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


if __name__ == '__main__':
    match sys.argv[1:]:
        case ['prompts', count] if count.isdigit():
            print('\n'.join(question.prompt for question in questions(int(count))))
        case ['score', work, *folders] if folders:
            score(Path(work), [Path(folder) for folder in folders])
        case _:
            sys.exit(__doc__)
