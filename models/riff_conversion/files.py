"""The folders and the JSON files that the scripts write."""

import json
from pathlib import Path

from riff_conversion.messages import Refused


def make_empty(folder: Path) -> None:
    """Makes the folder and its parents if they are missing. Raises Refused if it has files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f'{folder}: expected an empty folder, found files; give another')


def write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + '\n')
