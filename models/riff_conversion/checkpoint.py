"""Checks of a diffusers checkpoint in milliseconds, so that a bad one is refused before minutes of conversion."""

import json
import re
from pathlib import Path

from riff_conversion.messages import Refused

CLASSES = {
    'text_encoder': 'CLIPTextModel',
    'unet': 'UNet2DConditionModel',
    'vae': 'AutoencoderKL',
    'tokenizer': 'CLIPTokenizer',
}
#: Parts that Stable Diffusion 1 and 2 do not have.
OTHER_KINDS = {'text_encoder_2', 'tokenizer_2'}
#: Settings of a U-Net that wants to be told more, such as the guidance that latent consistency models are distilled on.
EXTRA_INPUTS = ('time_cond_proj_dim', 'class_embed_type', 'encoder_hid_dim_type')
#: The formats that diffusers and transformers load, the one they prefer first.
FORMATS = ('safetensors', 'bin')
#: model.safetensors, diffusion_pytorch_model.fp16.bin, model.fp16-00001-of-00002.safetensors and
#: model-00001-of-00002.fp16.bin
WEIGHT_FILE = re.compile(
    r'(?:diffusion_)?(?:pytorch_)?model(?:-\d+-of-\d+)?(?:\.(?P<variant>\w+))?(?:-\d+-of-\d+)?'
    r'\.(?P<format>safetensors|bin)'
)


def check(checkpoint: Path) -> dict:
    """The content of model_index.json. Raises Refused unless the folder is a complete checkpoint of Stable Diffusion 1
    or 2 with the inputs that Riff gives.
    """
    index = check_settings(checkpoint)
    for part in ('text_encoder', 'unet', 'vae'):
        check_weights(checkpoint / part)
    return index


def check_settings(checkpoint: Path) -> dict:
    """As `check`, but the weights may be missing."""
    path = checkpoint / 'model_index.json'
    try:
        index = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise Refused(f'{path}: expected a diffusers checkpoint, found {error}; check the path') from error
    for part, name in CLASSES.items():
        found = (index.get(part) or [None, None])[1]
        if found is None or found.removesuffix('Fast') != name:
            raise Refused(
                f'{path}: expected {part} to be a {name}, found {found}; Riff runs models of Stable Diffusion 1 and 2'
            )
    for part in OTHER_KINDS & index.keys():
        raise Refused(f'{path}: expected a model with one text encoder, found {part}; Riff runs no Stable Diffusion XL')
    for part in (*CLASSES, 'scheduler'):
        if not (checkpoint / part).is_dir():
            raise Refused(f'{checkpoint}: expected a folder {part}, found none; copy the checkpoint again')
    check_inputs(checkpoint / 'unet' / 'config.json', checkpoint / 'vae' / 'config.json')
    return index


def check_inputs(unet_path: Path, vae_path: Path) -> None:
    """Raises Refused for a U-Net with other inputs than latents, timestep and text."""
    try:
        unet, vae = (json.loads(path.read_text()) for path in (unet_path, vae_path))
    except (OSError, ValueError):
        return  # said when the part is loaded
    for key in EXTRA_INPUTS:
        if unet.get(key) is not None:
            raise Refused(
                f'{unet_path}: expected a U-Net of latents, timestep and text alone, found {key} {unet[key]!r}; '
                'Riff has no such input (of few-step models it runs those that are LoRAs)'
            )
    latents, channels = vae.get('latent_channels', 4), unet.get('in_channels', 4)
    if channels != latents:
        raise Refused(
            f'{unet_path}: expected {latents} channels, as the latents have, found {channels}; '
            'Riff runs no models of inpainting or depth'
        )


def check_weights(folder: Path) -> None:
    """Raises Refused where the weights of a part are missing or a file of them is cut off."""
    for file in weight_files(folder):
        size, expected = file.stat().st_size, expected_size(file)
        if size != expected:
            raise Refused(f'{file}: expected {expected} bytes, found {size}; copy the checkpoint again')


def weight_files(folder: Path) -> list[Path]:
    """The files that the part is loaded from: those without a variant where there are any, then 16-bit ones, then
    another variant. Raises Refused where there are none.
    """
    found: dict[tuple[str | None, str], list[Path]] = {}
    for file in sorted(folder.iterdir()):
        if match := WEIGHT_FILE.fullmatch(file.name):
            found.setdefault((match['variant'], match['format']), []).append(file)
    if not found:
        raise Refused(f'{folder}: expected weights (.safetensors or .bin), found none; copy the checkpoint again')
    return found[min(found, key=preference)]


def preference(kind: tuple[str | None, str]) -> tuple[bool, bool, str, int]:
    """(variant, format) → a key by which the preferred kind of files comes first."""
    variant, form = kind
    return variant is not None, variant != 'fp16', variant or '', FORMATS.index(form)


def variant_of(folder: Path) -> str | None:
    """The word before the extension where the part has only such files ("fp16"); None for files without a word."""
    match = WEIGHT_FILE.fullmatch(weight_files(folder)[0].name)
    return match and match['variant']


def expected_size(file: Path) -> int:
    """The size that a safetensors header states; for other formats, which state none, the actual size."""
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
