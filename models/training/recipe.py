"""The recipe of riff-mini: `python recipe.py STAGE [--work DIR] …`, every stage resumes where it was killed."""

import argparse
import importlib
import os

# Spinning barriers make two threads ten times slower as soon as a third process wants a core.
os.environ.setdefault('GOMP_SPINCOUNT', '0')
os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

STAGES = {
    'data': ('pictures.data', 'render the clips'),
    'tokenizer': ('text.tokenizer', 'train the byte-level BPE on the words of the captions'),
    'text': ('text.encoder', 'train the text encoder on what captions say'),
    'classifier': ('evaluation.classifier', 'train the judge of the evaluation'),
    'vae': ('diffusion.vae', 'train the autoencoder'),
    'latents': ('diffusion.latents', 'whiten the autoencoder and cache the latents'),
    'unet': ('diffusion.unet', 'train the denoiser'),
    'export': ('export.openvino_ir', 'write models/riff-mini'),
    'restore': ('export.restore', 'take the published weights back, to train on'),
    'evaluate': ('evaluation.table', 'print the table and draw the sheet'),
}
# File of the working data → the stage that leaves it; and the files that a stage begins with.
LEFT_BY = {'tokenizer/vocab.json': 'tokenizer', 'clips/main-*.json': 'data', 'latents/main-*.npy': 'latents', 'checkpoints/text.pt': 'text',
           'checkpoints/classifier.pt': 'classifier', 'checkpoints/vae*.pt': 'vae', 'checkpoints/vae-scaled.pt': 'latents', 'checkpoints/unet.pt': 'unet'}
NEEDS = {
    'text': ['tokenizer/vocab.json'],
    'classifier': ['clips/main-*.json'],
    'vae': ['clips/main-*.json'],
    'latents': ['clips/main-*.json', 'checkpoints/vae*.pt'],
    'unet': ['clips/main-*.json', 'tokenizer/vocab.json', 'checkpoints/text.pt', 'latents/main-*.npy'],
    'export': ['tokenizer/vocab.json', 'checkpoints/text.pt', 'checkpoints/vae-scaled.pt', 'checkpoints/unet.pt'],
    'evaluate': ['clips/main-*.json', 'checkpoints/classifier.pt'],
}
PARTS = ['main', 'tempo', 'negatives', 'sweeps']


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    stages = parser.add_subparsers(dest='stage', required=True)
    modules = {}
    for name, (module, purpose) in STAGES.items():
        sub = stages.add_parser(name, help=purpose)
        sub.add_argument('--work', help='folder of the working data; default ~/.cache/riff/training')
        sub.add_argument('--threads', type=int, default=2)
        sub.add_argument('--device', default='cpu', choices=['cpu', 'cuda'], help='unet: where it is trained')
        sub.add_argument('--minutes', type=float, help='wall-clock budget of a training stage')
        sub.add_argument('--chunks', type=int, default=160, help='data: chunks of 80 clips')
        sub.add_argument('-n', type=int, default=200, help='evaluate: prompts of the main table; the tempo takes a quarter of them, the other parts a sixth')
        sub.add_argument('--parts', nargs='+', default=PARTS, choices=PARTS, help='evaluate: parts of the table')
        sub.add_argument('--model', help='export, evaluate: folder of the IR; default models/riff-mini')
        sub.add_argument('--fresh', action='store_true', help='begin a training stage anew')
        modules[name] = module
    arguments = parser.parse_args()
    os.environ.setdefault('OMP_NUM_THREADS', str(arguments.threads))
    missing = _missing(arguments)
    if missing:
        parser.error(missing)
    importlib.import_module(modules[arguments.stage]).run(arguments)


def _missing(arguments) -> str | None:
    from workspace import Workspace  # imports numpy, which reads the variables above

    root = Workspace(arguments.work).root
    lacking = [file for file in NEEDS.get(arguments.stage, []) if not any(root.glob(file))]
    if not lacking:
        return None
    expected = ' and '.join(f'{file} (left by `{LEFT_BY[file]}`)' for file in lacking)
    first = ', then '.join(LEFT_BY[file] for file in lacking)
    return f'{arguments.stage}: expected {expected} in {root}, found none; run {first} first, or give another --work'


if __name__ == '__main__':
    main()
