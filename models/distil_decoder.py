"""Teaches a small VAE decoder what a model's own gives, on latents that the model draws for prompts of music.

    python models/distil_decoder.py MODEL FOLDER [--pictures 40] [--minutes 60] [--channels 64]

MODEL is a converted folder. FOLDER gets the small decoder's graph, to be added with
`npm run model -- add MODEL --decoder FOLDER --name NAME`: the profiles `balanced` and `fast` then decode with it, and
`classic` with the exact one. Needs what conversion needs (the extra `convert` of pyproject.toml).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from riff_conversion.files import make_empty, write_json
from riff_conversion.messages import Messages, Refused

if TYPE_CHECKING:
    import numpy as np
    import openvino as ov

    from riff_conversion.small_decoder import Lesson

HELD_OUT = 4


def main() -> int:
    arguments = parse_arguments()
    messages = Messages(arguments.json)
    return messages.exit_code(lambda: distil(arguments, messages))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('model', type=Path)
    parser.add_argument('folder', type=Path, help='made if absent; must be empty')
    parser.add_argument('--pictures', type=int, default=40, help='that the model draws to learn from')
    parser.add_argument('--minutes', type=float, default=60, help='of teaching')
    parser.add_argument('--channels', type=int, default=64, help='of every level; 64 is the size of TAESD')
    parser.add_argument('--json', action='store_true', help='messages as JSON lines')
    return parser.parse_args()


def distil(arguments: argparse.Namespace, messages: Messages) -> dict:
    model, folder = arguments.model, arguments.folder
    if not (model / 'vae_decoder' / 'openvino_model.xml').is_file():
        raise Refused(f'{model}: expected a converted model, found no vae_decoder/openvino_model.xml; convert it first')
    if arguments.pictures <= HELD_OUT:
        raise Refused(
            f'pictures: expected more than the {HELD_OUT} that are kept for the comparison, got {arguments.pictures}'
        )
    make_empty(folder)
    # Seconds of imports: not before what was typed is known to be right.
    import openvino as ov
    import torch

    from riff_conversion.graphs import Part, graph_of
    from riff_conversion.small_decoder import SmallDecoder, psnr, teach

    config = json.loads((model / 'vae_decoder' / 'config.json').read_text())
    lessons, exact_ms = draw(model, config, arguments.pictures, messages)
    latents, picture = lessons[0].latents, lessons[0].picture
    doublings = (picture.shape[2] // latents.shape[2]).bit_length() - 1
    scaling, shift = config.get('scaling_factor') or 0.18215, config.get('shift_factor') or 0
    student = SmallDecoder(latents.shape[0], doublings, arguments.channels, scaling, shift)
    steps = teach(student, lessons[HELD_OUT:], arguments.minutes, messages)
    graph = graph_of(Part(student, {'latent_sample': torch.from_numpy(latents)[None]}, ['sample'], {}))
    ov.save_model(graph, folder / 'openvino_model.xml', compress_to_fp16=True)
    result = {
        'weights': sum(weight.numel() for weight in student.parameters()),
        'steps': steps,
        'psnrDb': round(psnr(student, lessons[:HELD_OUT]), 1),
        'msPerPicture': {'exact': exact_ms, 'small': timed(ov.Core().compile_model(graph, 'CPU'), latents)},
    }
    write_json(folder / 'config.json', {**config, 'distilled': result})
    return result


def draw(model: Path, config: dict, pictures: int, messages: Messages) -> tuple[list[Lesson], int]:
    """Pictures made by the model's own steps and decoder, and the milliseconds that its decoder takes for one."""
    import openvino as ov

    from riff_conversion.calibration import Calibration
    from riff_conversion.small_decoder import Lesson

    core = ov.Core()
    riff = json.loads((model / 'model_index.json').read_text()).get('riff', {})
    calibration = Calibration(model, riff, 0, messages)
    calibration.samples = pictures * calibration.sampling.steps
    calibration.inputs('unet', core.read_model(model / 'unet' / 'openvino_model.xml'), {})
    exact = core.read_model(model / 'vae_decoder' / 'openvino_model.xml')
    inputs = [next(iter(given.values())) for given in calibration.inputs('vae_decoder', exact, config)]
    decode = core.compile_model(exact, 'CPU')
    lessons = []
    for number, latents in enumerate(inputs):
        messages.progress('decoding', number, len(inputs))
        lessons.append(Lesson(latents[0], decode([latents])[0][0].copy()))
    return lessons, timed(decode, inputs[0][0])


def timed(decode: ov.CompiledModel, latents: np.ndarray) -> int:
    """Milliseconds of the fastest of three runs, since other load only adds time."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        decode([latents[None]])
        times.append(time.perf_counter() - started)
    return round(1000 * min(times))


if __name__ == '__main__':
    sys.exit(main())
