"""What the judge of riff-mini's training says of the clips of `measure.ts --into`.

`python research/pieces/judge.py WORK CLIPS`: WORK holds `checkpoints/classifier.pt` (models/riff_training/README.md
says how it is trained), CLIPS is the folder. Python has the extra `train` of models/pyproject.toml, and pillow.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[2] / 'models'))

from riff_training.judging.judge import classify, judge
from riff_training.text.encoder import CLASSES
from riff_training.workspace import Workspace

TOP = 3
# What other roles of a part are held against.
REFERENCES = {'extend': 'parent', 'vary': 'parent', 'remix': 'source'}


def main() -> None:
    torch.set_num_threads(1)
    work, folder = Path(sys.argv[1]), Path(sys.argv[2])
    clips = list({clip['file']: clip for clip in map(json.loads, (folder / 'clips.jsonl').open())}.values())
    pictures = np.stack([np.asarray(Image.open(folder / clip['file']).convert('L')) for clip in clips])
    chances, features = classify(judge(Workspace(work)), pictures)
    for i, clip in enumerate(clips):
        clip['heard'] = {name: CLASSES[name][int(chances[name][i].argmax())] for name in ('family', 'style')}
        clip['top'] = [CLASSES['style'][int(k)] for k in chances['style'][i].topk(TOP).indices]
        clip['drums'] = float(chances['drums'][i][1])
        clip['features'] = features[i].numpy()
    parts: dict[str, dict[int, dict[str, dict]]] = defaultdict(lambda: defaultdict(dict))
    for clip in clips:
        parts[clip['part']][clip['index']][clip['role']] = clip
    for part, prompts in parts.items():
        print(f'\n{part}, n = {len(prompts)}')
        if part == 'morph':
            print_places(list(prompts.values()))
        else:
            print_roles(list(prompts.values()), REFERENCES.get(part))


def share(values: list[bool]) -> str:
    return f'{np.mean(values):.2f}' if values else '–'


def print_roles(prompts: list[dict[str, dict]], reference: str | None) -> None:
    print(
        '| role | asked family | asked style, top 3 | drums '
        '| family of the reference | style of it | distance from it |'
    )
    print('|---|---|---|---|---|---|---|')
    for role in prompts[0]:
        clips = [prompt[role] for prompt in prompts if role in prompt]
        cells = [
            share([clip['heard']['family'] == clip['family'] for clip in clips]),
            share([clip['style'] in clip['top'] for clip in clips]),
            share([clip['drums'] > 0.5 for clip in clips]),
        ]
        if reference:
            pairs = [(prompt[role], prompt[reference]) for prompt in prompts if role in prompt]
            cells += [share([a['heard'][name] == b['heard'][name] for a, b in pairs]) for name in ('family', 'style')]
            cells.append(f'{np.mean([np.linalg.norm(a["features"] - b["features"]) for a, b in pairs]):.1f}')
        print('|', ' | '.join([role, *cells]), '|')


def print_places(prompts: list[dict[str, dict]]) -> None:
    """Where the clips of a morph stand between its ends, 0 … 1, in the mean, and how many steps go forwards."""
    courses = []
    for prompt in prompts:
        begin, end = prompt['begin']['features'], prompt['end']['features']
        way = end - begin
        courses.append(
            [
                float((clip['features'] - begin) @ way / (way @ way))
                for role, clip in prompt.items()
                if role.startswith('at ')
            ]
        )
    places = np.array(courses)
    print('place between the ends:', ' '.join(f'{place:.2f}' for place in places.mean(0)))
    print(f'steps forwards, or back by less than 0.05: {np.mean(np.diff(places) > -0.05):.2f}')


if __name__ == '__main__':
    main()
