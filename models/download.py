"""Fetches the files of a model that Riff needs from the hub, and continues interrupted downloads.

    python models/download.py look ID [--revision main] [--kind model | lora] [--files FILE ...]
    python models/download.py fetch ID --revision COMMIT --to FOLDER --files FILE ...

`look` prints the commit, the licence that the repository states, the needed files and their bytes. `fetch` checks every
file against the hash that the hub states; huggingface_hub itself only counts bytes, and starts an incomplete file from
its beginning. HF_ENDPOINT and HF_TOKEN are used as by huggingface_hub. Messages are JSON lines.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils import WeakFileLock, build_hf_headers
from tqdm.std import tqdm

from riff_conversion.messages import Messages, Refused

MODEL_FOLDERS = ('text_encoder', 'unet', 'vae', 'vae_decoder', 'vae_encoder')
TEXTS = re.compile(
    r'(model_index\.json|(LICEN[CS]E|NOTICE|README)[^/]*|(scheduler|tokenizer)/[^/]+\.(json|txt))', re.IGNORECASE
)
GRAPHS = {'openvino_model.xml', 'openvino_model.bin'}
#: Formats of a PyTorch part, the better one first. With another word before the extension, only 16-bit files can
#: stand alone.
WEIGHTS = tuple(
    re.compile(rf'{name}(-\d+-of-\d+)?{variant}(-\d+-of-\d+)?\.{extension}')
    for variant in ('', r'\.fp16')
    for name, extension in ((r'(diffusion_pytorch_)?model', 'safetensors'), (r'(diffusion_)?pytorch_model', 'bin'))
)
#: Says which shard holds which tensor.
SHARD_INDEX = re.compile(r'\w+\.(safetensors|bin)\.index(\.fp16)?\.json')
LORA = 'pytorch_lora_weights.safetensors'
FLAT = re.compile(r'(text_encoder|unet|vae_decoder|vae_encoder)\w*\.(xml|bin)')

WAYS_AROUND = (
    'ways around: download it on a machine with a connection ("hf download {id} --local-dir {name}"), '
    'copy the folder here and run "npm run model -- add ./{name}"; '
    'or convert it there with models/convert.py and copy that; or set HF_ENDPOINT to a mirror'
)


def main() -> int:
    arguments = parse_arguments()
    messages = Messages(True)
    try:
        work = look if arguments.verb == 'look' else fetch
        messages.result(work(arguments, messages))
        return 0
    except Refused as refusal:
        messages.refused(str(refusal))
    except GatedRepoError:
        messages.refused(f'hub: {arguments.id} is gated: accept its terms on its page and set HF_TOKEN')
    except (RepositoryNotFoundError, RevisionNotFoundError):
        messages.refused(
            f'hub: expected a public model {arguments.id} at {arguments.revision}, found none; '
            'check the name, or set HF_TOKEN for a private one'
        )
    except EntryNotFoundError as error:
        messages.refused(f'hub: {arguments.id} lacks a file that a model needs: {error}')
    except (HfHubHTTPError, OSError) as error:
        messages.refused(unreachable(arguments.id, error))
    except Exception as error:
        # The HTTP library's own connection faults are no OSError; what is not about the network is a fault.
        if not type(error).__module__.startswith(('httpx', 'httpcore', 'requests')):
            raise
        messages.refused(unreachable(arguments.id, error))
    return 2


def unreachable(identifier: str, error: Exception) -> str:
    reason = ' '.join(str(error).split())[:200]
    return f'hub: expected to reach the model hub for {identifier}, but: {reason}; ' + WAYS_AROUND.format(
        id=identifier, name=identifier.split('/')[-1]
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('verb', choices=('look', 'fetch'))
    parser.add_argument('id')
    parser.add_argument('--revision', default='main')
    parser.add_argument('--kind', choices=('model', 'lora'), default='model')
    parser.add_argument('--to', type=Path)
    parser.add_argument('--files', nargs='*', default=[])
    return parser.parse_args()


def look(arguments: argparse.Namespace, messages: Messages) -> dict:
    messages.progress(f'asking the hub for {arguments.id}', 0, 1)
    info = HfApi().model_info(arguments.id, revision=arguments.revision, files_metadata=True)
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or []}
    wanted = [name for name in arguments.files if name in sizes]
    if arguments.kind == 'lora':
        wanted = wanted or [lora_file(arguments.id, arguments.files, sorted(sizes))]
    wanted = wanted or wanted_files(list(sizes))
    if not wanted:
        raise Refused(f"hub: expected {arguments.id} to be a diffusers or OpenVINO model, found neither's files in it")
    licence = (info.card_data or {}).get('license')
    return {'revision': info.sha, 'licence': licence, 'files': wanted, 'bytes': sum(sizes[name] for name in wanted)}


def lora_file(identifier: str, asked: list[str], names: list[str]) -> str:
    """The one that the repository has, or the one under the name that diffusers gives it."""
    files = [name for name in names if name.endswith('.safetensors')]
    if not asked and (len(files) == 1 or LORA in files):
        return files[0] if len(files) == 1 else LORA
    raise Refused(
        f'hub: expected {asked[0] if asked else "one LoRA"} in {identifier}, found {", ".join(files[:20]) or "none"}; '
        'name one: organisation/name/file.safetensors'
    )


def wanted_files(names: list[str]) -> list[str]:
    if 'model_index.json' not in names:
        return sorted(name for name in names if FLAT.fullmatch(name) or TEXTS.fullmatch(name))
    wanted = {name for name in names if TEXTS.fullmatch(name)}
    for folder in MODEL_FOLDERS:
        files = [PurePosixPath(name).name for name in names if name.startswith(f'{folder}/')]
        kept = [file for file in files if file == 'config.json' or file in GRAPHS or SHARD_INDEX.fullmatch(file)]
        if not GRAPHS & set(files):
            kept += next(
                (found for pattern in WEIGHTS if (found := [file for file in files if pattern.fullmatch(file)])), []
            )
        wanted.update(f'{folder}/{file}' for file in kept)
    return sorted(wanted)


def fetch(arguments: argparse.Namespace, messages: Messages) -> None:
    info = HfApi().model_info(arguments.id, revision=arguments.revision, files_metadata=True)
    known = {file.rfilename: file for file in info.siblings or []}
    # A second run waits, and finds the files there.
    with WeakFileLock(arguments.to / '.lock'):
        for number, name in enumerate(arguments.files):
            words = f'downloading {name} ({number + 1} of {len(arguments.files)})'
            path, file = arguments.to / name, known.get(name, RepoSibling(rfilename=name))
            if not path.is_file():
                url = hf_hub_url(arguments.id, name, revision=arguments.revision)
                bring(url, path, file.size, bar_of(words, messages))
            check_hash(path, file)


def bring(url: str, path: Path, size: int | None, bar: type[tqdm]) -> None:
    """Downloads into a partial file beside `path`, which an interrupted run leaves for the next one to continue."""
    part = path.with_name(f'{path.name}.part')
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open('ab') as stream:
        if size is not None and stream.tell() > size:
            stream.truncate(0)
        # Bytes in other encodings cannot be counted.
        headers = build_hf_headers(headers={'Accept-Encoding': 'identity'})
        arrived = part.stat().st_size
        http_get(url, stream, resume_size=arrived, headers=headers, expected_size=size, tqdm_class=bar)
    part.replace(path)


def check_hash(path: Path, known: RepoSibling) -> None:
    """Large files have a SHA-256, small ones git's own hash. A file at fault is removed, so that the next run fetches
    it again.
    """
    if known.lfs is not None:
        kind, expected, found = 'SHA-256', known.lfs.sha256, hash_of(path, hashlib.sha256())
    elif known.blob_id is not None:
        header = f'blob {path.stat().st_size}\0'.encode()
        kind, expected, found = 'git hash', known.blob_id, hash_of(path, hashlib.sha1(header, usedforsecurity=False))
    else:
        return
    if found != expected:
        path.unlink()
        raise Refused(
            f'{path}: expected {kind} {expected} as the hub tells, found {found}; '
            'it is removed, run the same command again'
        )


def hash_of(path: Path, digest: hashlib._Hash) -> str:
    with path.open('rb') as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def bar_of(words: str, messages: Messages) -> type[tqdm]:
    class Bar(tqdm):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            options.pop('name', None)
            super().__init__(*arguments, **(options | {'disable': True}))
            self.reached = options.get('initial') or 0
            self.length = options.get('total') or 0

        def update(self, count: float | None = 1) -> None:
            self.reached += count or 0
            messages.progress(words, self.reached, max(self.length, self.reached), 'bytes')

    return Bar


if __name__ == '__main__':
    sys.exit(main())
