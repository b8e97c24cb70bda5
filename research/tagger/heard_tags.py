"""What a tagger that learnt from real recordings hears in riffs, or in the songs that riff-mini learns from.

    python research/tagger/heard_tags.py MTT_MUSICNN FOLDER …

MTT_MUSICNN is the folder of that name in the package musicnn 0.1.0; each FOLDER comes from riffs.ts or songs.py and is
a column of the table: for every tag, the chance that the tagger finds it likelier in a clip that has it than in one
without. What it hears is kept in FOLDER/heard.jsonl, so that a killed run goes on.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy.io.wavfile
import scipy.stats

from tagger import TAGS, Tagger, load_tagger, tag_probabilities

FEWEST = 3  # clips on each side, for a tag to have a figure


@dataclass(frozen=True)
class Clip:
    tags: dict[str, bool]  # those that the clip has for certain, and has not
    heard: np.ndarray  # [tags]: probabilities


def main() -> None:
    model, *folders = map(Path, sys.argv[1:])
    tagger = load_tagger(model)
    print_table({folder.name: hear(tagger, folder) for folder in folders})


def hear(tagger: Tagger, folder: Path) -> list[Clip]:
    kept = folder / 'heard.jsonl'
    kept.touch()
    heard = {line['file']: line['heard'] for line in _lines(kept)}
    clips = _lines(folder / 'clips.jsonl')
    with kept.open('a') as stream:
        for file in (clip['file'] for clip in clips if clip['file'] not in heard):
            sample_rate, samples = scipy.io.wavfile.read(folder / file)
            heard[file] = tag_probabilities(tagger, samples.astype(np.float32), sample_rate).tolist()
            print(json.dumps({'file': file, 'heard': heard[file]}), file=stream, flush=True)
    return [Clip(clip['tags'], np.array(heard[clip['file']])) for clip in clips]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def print_table(sets: dict[str, list[Clip]]) -> None:
    areas = {tag: [told_apart(clips, tag) for clips in sets.values()] for tag in TAGS}
    known = {tag: values for tag, values in areas.items() if not np.isnan(values).all()}
    columns = np.array(list(known.values())).reshape(-1, len(sets)).T
    rows = [
        ['tag', *(f'{name}, n = {len(clips)}' for name, clips in sets.items())],
        ['---'] * (1 + len(sets)),
        *([tag, *(_figure(value, 2) for value in values)] for tag, values in known.items()),
        ['mean', *(_figure(_mean(column), 3) for column in columns)],
    ]
    print('\n'.join(f'| {" | ".join(row)} |' for row in rows))


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float('nan')


def _figure(value: float, digits: int) -> str:
    return '–' if np.isnan(value) else f'{value:.{digits}f}'


def told_apart(clips: list[Clip], tag: str) -> float:
    """The area under the curve of the tag; NaN with fewer than FEWEST clips that have it, or that have it not."""
    place = TAGS.index(tag)
    there, away = ([clip.heard[place] for clip in clips if clip.tags.get(tag) is side] for side in (True, False))
    return area_under_curve(there, away) if min(len(there), len(away)) >= FEWEST else float('nan')


def area_under_curve(there: list[float], away: list[float]) -> float:
    """How often a value of `there` is above one of `away`; ties count half, so that 0.5 is chance."""
    ranks = scipy.stats.rankdata([*there, *away])
    return float((ranks[: len(there)].mean() - (len(there) + 1) / 2) / len(away))


if __name__ == '__main__':
    main()
