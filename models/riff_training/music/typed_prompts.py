"""Prompts as users type them, with what each names. They were written before the captions; no caption is one of
them.
"""

import csv
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name('typed_prompts.tsv')


class TypedPrompt(NamedTuple):
    kind: str  # such as 'bare style'
    prompt: str
    negative: str  # '' for none
    family: str | None  # of the lead; None: the prompt does not say
    style: str | None  # the nearest of the twenty
    drums: bool | None


def _read() -> list[TypedPrompt]:
    """The rows of a table with a header; '-' is an empty cell."""
    with FILE.open(encoding='utf-8', newline='') as file:
        rows = csv.DictReader(file, delimiter='\t', quoting=csv.QUOTE_NONE)
        return [_prompt(row) for row in rows]


def _prompt(row: dict[str, str]) -> TypedPrompt:
    said = {name: None if cell == '-' else cell for name, cell in row.items()}
    drums = None if said['drums'] is None else said['drums'] == 'yes'
    return TypedPrompt(row['kind'], row['prompt'], said['negative'] or '', said['family'], said['style'], drums)


TYPED_PROMPTS = _read()
