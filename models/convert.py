"""Converts a diffusers checkpoint of Stable Diffusion's kind into a folder that Riff renders from.

    python models/convert.py CHECKPOINT FOLDER --weights fp16 | int8 | int8-hybrid [--width 768] [--lora FILE SCALE ...]
    python models/convert.py CHECKPOINT --check settings | all [--width 768]

The folder has the layout and the port names of Optimum Intel's exports. The graphs are made by
OpenVINO's own converter from diffusers' and transformers' classes: Optimum Intel does no more than that for these four
networks, and it holds transformers and diffusers at older versions than the ones pinned in
pyproject.toml.

Shapes stay dynamic in the files, except for channels and text length; Riff fixes them when it loads the model, for the
width in unet/config.json. fp16: 16-bit weights. int8: 8-bit weights, computed in the device's own precision.
int8-hybrid: convolutions of U-Net and VAE decoder compute in 8 bits as well; their ranges are measured with prompts of
music. LoRAs are fused into U-Net and text encoder first. `npm run model -- add CHECKPOINT` calls this script, first
with `--check`, which needs no package: it refuses what cannot be converted, by its settings or by its weights as well.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from riff_conversion.checkpoint import check, check_settings
from riff_conversion.files import make_empty, write_json
from riff_conversion.messages import Messages, Refused

if TYPE_CHECKING:
    from riff_conversion.calibration import Calibration
    from riff_conversion.lora import Lora

SETTINGS = ('tokenizer', 'scheduler')
KEPT_TEXTS = ('LICENSE*', 'LICENCE*', 'NOTICE*', 'README*')


def main() -> int:
    arguments = parse_arguments()
    messages = Messages(arguments.json)
    work = convert if arguments.check is None else check_only
    return messages.exit_code(lambda: work(arguments, messages))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('folder', type=Path, nargs='?', help='made if absent; must be empty')
    parser.add_argument('--check', choices=('settings', 'all'), help='convert nothing')
    parser.add_argument('--weights', choices=('fp16', 'int8', 'int8-hybrid'), default='fp16')
    parser.add_argument('--width', type=int, help="pixels of the pictures it draws (default: the checkpoint's)")
    parser.add_argument(
        '--lora', nargs=2, action='append', default=[], metavar=('FILE', 'SCALE'), help='fused; may be repeated'
    )
    parser.add_argument(
        '--sampling',
        type=json.loads,
        default={},
        help='JSON: "scheduler" replaces keys of its configuration, "riff" what the model proposes; '
        '"nag" (scale, alpha, tau) gives the U-Net a port for a negative prompt',
    )
    parser.add_argument('--calibration-samples', type=int, default=32)
    parser.add_argument('--json', action='store_true', help='messages as JSON lines')
    arguments = parser.parse_args()
    if (arguments.folder is None) == (arguments.check is None):
        parser.error('expected a folder to convert into, or --check')
    return arguments


def check_only(arguments: argparse.Namespace, _: Messages) -> None:
    (check if arguments.check == 'all' else check_settings)(arguments.checkpoint)
    if arguments.width is not None:
        picture_width(arguments.checkpoint, arguments.width)


def convert(arguments: argparse.Namespace, messages: Messages) -> dict:
    from riff_conversion.lora import read_lora

    checkpoint, folder = arguments.checkpoint, arguments.folder
    index = check(checkpoint)
    width = picture_width(checkpoint, arguments.width)
    loras = [read_lora(Path(file), float(scale)) for file, scale in arguments.lora]
    make_empty(folder)
    messages.progress('loading the converter', 0, 1)
    # Seconds of imports: not before what was typed is known to be right.
    from riff_conversion.calibration import Calibration
    from riff_conversion.compression import FORMS
    from riff_conversion.graphs import PARTS

    assert arguments.weights in FORMS
    copy_settings(checkpoint, folder)
    index = with_sampling(index, folder, arguments.sampling)
    calibration = Calibration(folder, index.get('riff', {}), arguments.calibration_samples, messages)
    for number, part in enumerate(PARTS):
        messages.progress(f'converting: {part}', number, len(PARTS))
        make_part(checkpoint, folder, part, width, arguments, calibration, loras)
    # Last: only a complete folder has it.
    write_json(folder / 'model_index.json', model_index(index))
    messages.progress('converted', len(PARTS), len(PARTS))
    return {'madeBy': versions()}


def picture_width(checkpoint: Path, asked: int | None) -> int:
    """In pixels. The U-Net halves the latents once a level, so a width has to survive that."""
    unet = json.loads((checkpoint / 'unet' / 'config.json').read_text())
    vae = json.loads((checkpoint / 'vae' / 'config.json').read_text())
    pixels_per_latent = 2 ** (len(vae['block_out_channels']) - 1)
    unit = pixels_per_latent * 2 ** (len(unet['block_out_channels']) - 1)
    size = unet['sample_size']
    if asked is None:
        return (size if isinstance(size, int) else size[1]) * pixels_per_latent
    if asked < unit or asked % unit:
        raise Refused(f'width: expected a multiple of {unit} for this model, got {asked}')
    return asked


def copy_settings(checkpoint: Path, folder: Path) -> None:
    for name in SETTINGS:
        shutil.copytree(checkpoint / name, folder / name)
    for pattern in KEPT_TEXTS:
        for text in checkpoint.glob(pattern):
            shutil.copy(text, folder)


def with_sampling(index: dict, folder: Path, sampling: dict) -> dict:
    """Replaces the scheduler and the settings that the checkpoint proposes by those of the fused weights."""
    riff = {**index.get('riff', {}), **sampling.get('riff', {})}
    scheduler = sampling.get('scheduler', {})
    if scheduler:
        path = folder / 'scheduler' / 'scheduler_config.json'
        write_json(path, {**json.loads(path.read_text()), **scheduler})
        index = {**index, 'scheduler': ['diffusers', scheduler.get('_class_name', index['scheduler'][1])]}
    return {**index, 'riff': riff} if riff else index


def make_part(
    checkpoint: Path,
    folder: Path,
    part: str,
    width: int,
    arguments: argparse.Namespace,
    calibration: Calibration,
    loras: Sequence[Lora],
) -> None:
    import openvino as ov

    from riff_conversion.compression import compress, hybrid
    from riff_conversion.nag import Nag
    from riff_conversion.parts import convert_part, forget_traces

    weights, nag = arguments.weights, arguments.sampling.get('nag')
    model, config = convert_part(checkpoint, part, loras, Nag(**nag) if nag else None)
    (folder / part).mkdir()
    write_json(folder / part / 'config.json', with_width(checkpoint, config, width) if part == 'unet' else config)
    if part in ('unet', 'vae_decoder') and weights == 'int8-hybrid':
        inputs = calibration.inputs(part, model, config)
        calibration.messages.progress(f'quantising: {part}', 0, 1)
        model = hybrid(model, inputs)
    else:
        model = compress(model, part, weights)
    ov.save_model(model, folder / part / 'openvino_model.xml', compress_to_fp16=True)
    del model
    forget_traces()


def with_width(checkpoint: Path, config: dict, width: int) -> dict:
    vae = json.loads((checkpoint / 'vae' / 'config.json').read_text())
    size = config['sample_size']
    height = size if isinstance(size, int) else size[0]
    columns = width // 2 ** (len(vae['block_out_channels']) - 1)
    return config | {'sample_size': height if columns == height else [height, columns]}


def model_index(index: dict) -> dict:
    kept = {key: value for key, value in index.items() if key in ('scheduler', 'tokenizer', 'riff', '_name_or_path')}
    parts = {
        'text_encoder': 'OVModelTextEncoder',
        'unet': 'OVModelUnet',
        'vae_decoder': 'OVModelVaeDecoder',
        'vae_encoder': 'OVModelVaeEncoder',
    }
    return {
        '_class_name': 'OVStableDiffusionPipeline',
        **kept,
        **{part: ['optimum', name] for part, name in parts.items()},
    }


def versions() -> dict:
    return {
        name: importlib.metadata.version(name) for name in ('openvino', 'nncf', 'torch', 'diffusers', 'transformers')
    }


if __name__ == '__main__':
    sys.exit(main())
