"""What can be known of a diffusers checkpoint in milliseconds: refusing here saves minutes of conversion."""

import json
from pathlib import Path

from conversion.messages import Refused

CLASSES = {'text_encoder': 'CLIPTextModel', 'unet': 'UNet2DConditionModel', 'vae': 'AutoencoderKL', 'tokenizer': 'CLIPTokenizer'}
WEIGHTS = ('*.safetensors', '*.bin')


def check(checkpoint: Path) -> dict:
    """model_index.json of a checkpoint of Stable Diffusion's kind whose files are all there in full."""
    path = checkpoint / 'model_index.json'
    try:
        index = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused(f'{path}: expected a diffusers checkpoint, found {error}; check the path') from error
    for part, name in CLASSES.items():
        found = (index.get(part) or [None, None])[1]
        if found is None or found.removesuffix('Fast') != name:
            raise Refused(f'{path}: expected {part} to be a {name}, found {found}; Riff runs models of Stable Diffusion 1 and 2')
    for part in (*CLASSES, 'scheduler'):
        if not (checkpoint / part).is_dir():
            raise Refused(f'{checkpoint}: expected a folder {part}, found none; copy the checkpoint again')
    for part in ('text_encoder', 'unet', 'vae'):
        check_weights(checkpoint / part)
    return index


def check_weights(folder: Path) -> None:
    files = next((found for pattern in WEIGHTS if (found := sorted(folder.glob(pattern)))), [])
    if not files:
        raise Refused(f'{folder}: expected weights (.safetensors or .bin), found none; copy the checkpoint again')
    for file in files:
        size, expected = file.stat().st_size, expected_size(file)
        if size != expected:
            raise Refused(f'{file}: expected {expected} bytes, found {size}; copy the checkpoint again')


def expected_size(file: Path) -> int:
    """As the header of a safetensors file tells it; other formats do not say."""
    size = file.stat().st_size
    if file.suffix != '.safetensors':
        return size
    with file.open('rb') as stream:
        length = int.from_bytes(stream.read(8), 'little')
        try:
            header = json.loads(stream.read(min(length, size)))
        except ValueError as error:
            raise Refused(f'{file}: expected a safetensors file, found no header; copy the checkpoint again') from error
    ends = [tensor['data_offsets'][1] for name, tensor in header.items() if name != '__metadata__']
    return 8 + length + max(ends, default=0)
