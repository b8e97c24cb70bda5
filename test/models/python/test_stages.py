"""The command line of the recipe, and the order of its packages."""

import ast
from pathlib import Path

import pytest

import riff_training
from riff_training.__main__ import LEFT_BY, STAGES, main

PACKAGE = Path(riff_training.__file__).parent
# From the bottom up: a file imports only from its own package and those before it.
LAYERS = [
    'settings',
    'workspace',
    'music',
    'pictures',
    'learning',
    'text',
    'judging',
    'diffusion',
    'export',
    'evaluation',
    '__main__',
]


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as refused:
        main(words)
    assert refused.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ('words', 'option'),
    [
        (('vae', '--parts', 'tempo'), '--parts'),
        (('data', '--minutes', '3'), '--minutes'),
        (('tokenizer', '--threads', '2'), '--threads'),
        (('text', '--device', 'cuda'), '--device'),
        (('evaluate', '--fresh'), '--fresh'),
    ],
)
def test_an_option_of_another_stage_is_refused(
    words: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f'unrecognized arguments: {option}' in refusal(capsys, *words)


def test_a_stage_says_what_it_lacks_and_who_makes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = refusal(capsys, 'text', '--work', str(tmp_path))
    assert f'text: expected tokenizer/vocab.json (left by `tokenizer`) in {tmp_path}' in told


def test_every_need_is_left_by_a_stage() -> None:
    for stage in STAGES.values():
        assert set(stage.needs) <= set(LEFT_BY)
    assert set(LEFT_BY.values()) <= set(STAGES)


def test_no_import_runs_upward() -> None:
    upward = []
    for file in PACKAGE.rglob('*.py'):
        own = file.relative_to(PACKAGE).with_suffix('').parts[0]
        if own == '__init__':
            continue
        for target in _imports(file):
            if LAYERS.index(target) > LAYERS.index(own):
                upward.append(f'{file.relative_to(PACKAGE)} imports {target}')
    assert upward == []


def _imports(file: Path) -> set[str]:
    """The parts of this package that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or '').startswith('riff_training'):
            parts = node.module.split('.')[1:]
            found |= {parts[0]} if parts else {alias.name for alias in node.names}
    return found
