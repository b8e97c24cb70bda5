"""Writes spectrogram pictures of many kinds and the values that PIL (13.0.0) reads from them: python make_pictures.py,
beside this script.

Every picture has 32 rows and 24 columns and says so in riffusion-hobby's EXIF tag 11040, as that project's
audio-to-image writes it with PIL. pictures.json holds for each file the planes that riffusion-hobby's image-to-audio
takes (red, or green and blue in stereo), base64.
"""

import base64
import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import IFDRational

HERE = Path(__file__).parent
ROWS, COLUMNS = 32, 24
expected = {}


def smooth(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(40, 256, (8, 6)).astype(np.uint8)
    return np.array(Image.fromarray(coarse).resize((COLUMNS, ROWS), Image.BICUBIC))


def exif(tags: dict | None = None, endian: str = '>') -> bytes:
    block = Image.Exif()
    block.endian = endian
    for tag, value in {11040: ROWS, **(tags or {})}.items():
        block[tag] = value
    return block.tobytes()


def save(
    name: str,
    image: Image.Image,
    stereo: bool = False,
    planes: list | None = None,
    tags: dict | None = None,
    endian: str = '>',
    **options: Any,
) -> None:
    image.save(HERE / name, exif=exif(tags, endian), **options)
    pixels = np.array(Image.open(HERE / name).convert('RGB'))
    found = planes or [pixels[..., plane] for plane in ([1, 2] if stereo else [0])]
    expected[name] = [base64.b64encode(np.ascontiguousarray(plane).tobytes()).decode() for plane in found]


def profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A matrix or grey ICC profile of version 2."""
    names, offset, table, body = list(tags), 128 + 4 + 12 * len(tags), b'', b''
    for name in names:
        data = tags[name] + b'\0' * (-len(tags[name]) % 4)
        table += name + struct.pack('>II', offset + len(body), len(tags[name]))
        body += data
    size = offset + len(body)
    head = (
        struct.pack('>I4sI4s4s4s', size, b'none', 0x02100000, b'mntr', space, b'XYZ ')
        + b'\0' * 12
        + b'acsp'
        + b'\0' * 28
    )
    head += struct.pack('>iii', 63190, 65536, 54061)
    return head.ljust(128, b'\0') + struct.pack('>I', len(tags)) + table + body


def xyz(*values: float) -> bytes:
    return b'XYZ \0\0\0\0' + struct.pack('>iii', *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b'curv\0\0\0\0' + struct.pack('>IH', 1, round(value * 256))


TEXTS = {
    b'desc': b'desc\0\0\0\0\0\0\0\x02x\0' + b'\0' * 78,
    b'cprt': b'text\0\0\0\0none\0',
    b'wtpt': xyz(0.9642, 1.0, 0.8249),
}
WIDE_GAMUT = profile(
    b'RGB ',
    TEXTS
    | {
        b'rXYZ': xyz(0.5151, 0.2412, -0.0011),
        b'gXYZ': xyz(0.2919, 0.6922, 0.0419),
        b'bXYZ': xyz(0.1571, 0.0666, 0.7841),
        b'rTRC': gamma(2.2),
        b'gTRC': gamma(2.2),
        b'bTRC': gamma(2.2),
    },
)
GREY_GAMMA_18 = profile(b'GRAY', TEXTS | {b'kTRC': gamma(1.8)})

one, two, three = smooth(1), smooth(2), smooth(3)
black = np.zeros_like(one)
grey, rgb = Image.fromarray(one), Image.fromarray(np.stack([one, two, three], -1))
stereo = Image.fromarray(np.stack([black, two, three], -1))
nearly = Image.fromarray(
    np.stack([np.random.default_rng(4).integers(0, 3, one.shape).astype(np.uint8), two, three], -1)
)
alpha = Image.fromarray(three)

save('l.png', grey)
save('la.png', Image.merge('LA', (grey, alpha)))
save('1.png', grey.convert('1'))
save('i16.png', Image.fromarray(one.astype(np.uint16) * 256 + two), planes=[one])
save('rgb.png', rgb)
save('rgba.png', Image.merge('RGBA', (*rgb.split(), alpha)))
save('palette.png', rgb.quantize(64))
save('rgb-wide-gamut.png', rgb, icc_profile=WIDE_GAMUT)
save('l-gamma-1.8.png', grey, icc_profile=GREY_GAMMA_18)
linear = PngInfo()
linear.add(b'gAMA', struct.pack('>I', 100000))
save('l-gama-chunk.png', grey, pnginfo=linear)
save('l.jpg', grey)
save('l-gamma-1.8.jpg', grey, icc_profile=GREY_GAMMA_18)
save('rgb-420.jpg', rgb, subsampling=2)
save('rgb-444.jpg', rgb, subsampling=0)
save('rgb-wide-gamut.jpg', rgb, icc_profile=WIDE_GAMUT)
save('rgb-progressive.jpg', rgb, progressive=True)
save('rgb-turned.jpg', rgb, tags={274: 6})
save('rgb.webp', rgb, lossless=True)
save('tinted.png', Image.fromarray(np.stack([one // 2, one, (one * 0.9).astype(np.uint8)], -1)))
save('dark.jpg', Image.fromarray(one // 40).convert('RGB'))
save('stereo.png', stereo, stereo=True)
save('stereo-nearly.png', nearly, stereo=True)
save('stereo-wide-gamut.png', stereo, stereo=True, icc_profile=WIDE_GAMUT)
save('stereo-palette.png', stereo.quantize(64), stereo=True)
save('stereo.jpg', stereo, stereo=True)
save('stereo-20.jpg', stereo, stereo=True, quality=20)
save('stereo.webp', stereo, stereo=True, quality=60)
save('stereo-by-exif.png', rgb, stereo=True, tags={11005: True})
save('mono-by-exif.png', stereo, tags={11005: False})
save('little-endian.png', rgb, stereo=True, tags={11005: True}, endian='<')
save(
    'all-tags.png',
    grey,
    tags={
        11000: 48000,
        11005: False,
        11010: 5,
        11020: 50,
        11030: 200,
        11050: 20,
        11060: 20000,
        11070: 0.5,
        11080: 31415926.5,
    },
)
save('rational.png', grey, tags={11070: IFDRational(1, 2)})
rgb.convert('CMYK').save(HERE / 'cmyk.jpg')
grey.save(HERE / 'l.gif')
grey.save(HERE / 'l.tif')
(HERE / 'pictures.json').write_text(json.dumps(expected, indent=1) + '\n')
