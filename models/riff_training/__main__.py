"""The recipe of riff-mini: `python -m riff_training STAGE [--work DIR] …`; every stage resumes where it was killed."""

import argparse
import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, fields

from riff_training import settings

# Spinning barriers make two threads ten times slower as soon as a third process wants a core.
os.environ.setdefault('GOMP_SPINCOUNT', '0')
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')


@dataclass(frozen=True)
class Stage:
    module: str  # in this package; its `run(settings)` is the stage
    settings: type[settings.StageSettings]
    purpose: str
    needs: tuple[str, ...] = ()  # files of the working data that it begins with


STAGES = {
    'data': Stage('pictures.data', settings.DataSettings, 'render the clips'),
    'tokenizer': Stage(
        'text.tokenizer', settings.TokenizerSettings, 'train the byte-level BPE on the words of the captions'
    ),
    'text': Stage(
        'text.encoder',
        settings.TextSettings,
        'train the text encoder on what captions say',
        ('tokenizer/vocab.json',),
    ),
    'wording': Stage(
        'text.wording',
        settings.WordingSettings,
        'teach the restored text encoder other words for what the denoiser understands',
        ('tokenizer/vocab.json', 'checkpoints/text-restored.pt'),
    ),
    'classifier': Stage(
        'judging.classifier',
        settings.ClassifierSettings,
        'train the judge of the evaluation',
        ('clips/main-*.json',),
    ),
    'listener': Stage(
        'judging.classifier',
        settings.ListenerSettings,
        'train another judge, for the decoder to be trained on',
        ('clips/main-*.json',),
    ),
    'vae': Stage('diffusion.vae', settings.VaeSettings, 'train the autoencoder', ('clips/main-*.json',)),
    'latents': Stage(
        'diffusion.latents',
        settings.LatentsSettings,
        'whiten the autoencoder and cache the latents',
        ('clips/main-*.json', 'checkpoints/vae*.pt'),
    ),
    'decoder': Stage(
        'diffusion.decoder',
        settings.DecoderSettings,
        'train the decoder on against its smoothness',
        ('clips/main-*.json', 'checkpoints/vae-scaled.pt', 'checkpoints/listener.pt'),
    ),
    'unet': Stage(
        'diffusion.unet',
        settings.UnetSettings,
        'train the denoiser',
        ('clips/main-*.json', 'tokenizer/vocab.json', 'checkpoints/text.pt', 'latents/main-*.npy'),
    ),
    'trajectories': Stage(
        'diffusion.trajectories',
        settings.TrajectoriesSettings,
        'follow the guided denoiser from noise to latents',
        ('tokenizer/vocab.json', 'checkpoints/text.pt', 'checkpoints/unet.pt'),
    ),
    'student': Stage(
        'diffusion.student',
        settings.StudentSettings,
        'train a denoiser of four steps on those trajectories',
        ('tokenizer/vocab.json', 'checkpoints/text.pt', 'checkpoints/unet.pt', 'trajectories/*.pt'),
    ),
    'export': Stage(
        'export.openvino_ir',
        settings.ExportSettings,
        'write models/riff-mini',
        (
            'tokenizer/vocab.json',
            'checkpoints/text.pt',
            'checkpoints/vae-scaled.pt',
            'checkpoints/unet.pt',
            'checkpoints/student.pt',
        ),
    ),
    'restore': Stage('export.restore', settings.RestoreSettings, 'take the published weights back, to train on'),
    'evaluate': Stage(
        'evaluation.table',
        settings.EvaluateSettings,
        'print the table and draw the sheet',
        ('clips/main-*.json', 'checkpoints/classifier.pt'),
    ),
}
# File of the working data → the stage that leaves it.
LEFT_BY = {
    'tokenizer/vocab.json': 'tokenizer',
    'clips/main-*.json': 'data',
    'latents/main-*.npy': 'latents',
    'checkpoints/text.pt': 'text',
    'checkpoints/text-restored.pt': 'restore',
    'checkpoints/classifier.pt': 'classifier',
    'checkpoints/listener.pt': 'listener',
    'checkpoints/vae*.pt': 'vae',
    'checkpoints/vae-scaled.pt': 'latents',
    'checkpoints/unet.pt': 'unet',
    'trajectories/*.pt': 'trajectories',
    'checkpoints/student.pt': 'student',
}


def main(words: Sequence[str] | None = None) -> None:
    parser = _parser()
    options = vars(parser.parse_args(words))
    name = options.pop('stage')
    stage = STAGES[name]
    chosen = stage.settings(**options)
    # Read when numpy and torch are imported, which the stages do.
    os.environ.setdefault('OMP_NUM_THREADS', str(options.get('threads', 2)))
    missing = _missing(name, chosen)
    if missing:
        parser.error(missing)
    importlib.import_module(f'riff_training.{stage.module}').run(chosen)


def _parser() -> argparse.ArgumentParser:
    """A sub-command for each stage, with the options of its own settings only."""
    parser = argparse.ArgumentParser(prog='riff-training', description=__doc__)
    stages = parser.add_subparsers(dest='stage', required=True)
    for name, stage in STAGES.items():
        command = stages.add_parser(name, help=stage.purpose, description=stage.purpose)
        for setting in fields(stage.settings):
            if setting.metadata:
                argument = dict(setting.metadata)
                flags = (*argument.pop('flags'), f'--{setting.name}')
                command.add_argument(*flags, dest=setting.name, default=setting.default, **argument)
    return parser


def _missing(name: str, chosen: settings.StageSettings) -> str | None:
    from riff_training.workspace import Workspace  # imports numpy

    root = Workspace(chosen.work).root
    lacking = [file for file in STAGES[name].needs if not any(root.glob(file))]
    if not lacking:
        return None
    expected = ' and '.join(f'{file} (left by `{LEFT_BY[file]}`)' for file in lacking)
    first = ', then '.join(LEFT_BY[file] for file in lacking)
    return f'{name}: expected {expected} in {root}, found none; run {first} first, or give another --work'


if __name__ == '__main__':
    main()
