"""Imports between the project's own files name things that exist, also where they stand inside a function and the
packages they need are not installed here.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / 'models', ROOT / 'research']


def own_files() -> list[Path]:
    return [file for folder in FOLDERS for file in folder.rglob('*.py') if 'site-packages' not in file.parts]


def module_of(name: str) -> Path | None:
    """The file of an absolute import, if it is ours."""
    for folder in FOLDERS:
        path = folder.joinpath(*name.split('.'))
        for file in (path.with_suffix('.py'), path / '__init__.py'):
            if file.exists():
                return file
    return None


def names_in(file: Path) -> set[str]:
    """What a file defines or imports at its top."""
    names = {module.stem for module in file.parent.iterdir()} if file.name == '__init__.py' else set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return names


def test_imported_names_exist() -> None:
    missing = []
    for file in own_files():
        for node in ast.walk(ast.parse(file.read_text())):
            module = module_of(node.module) if isinstance(node, ast.ImportFrom) and node.module else None
            if module:
                known = names_in(module)
                missing += [
                    f'{file.name}: {node.module}.{alias.name}' for alias in node.names if alias.name not in known
                ]
    assert missing == []
