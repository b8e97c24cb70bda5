"""A contact sheet of real clips, their reconstructions and generated clips."""

from pathlib import Path

import numpy as np
from PIL import Image

COLUMNS, SIZE = 8, 128


def draw_sheet(path: Path, real: np.ndarray, copies: np.ndarray, made: np.ndarray) -> None:
    """Rows: real, reconstructed, then two of generated pictures."""
    rows = [real[:COLUMNS], copies[:COLUMNS], made[:COLUMNS], made[COLUMNS : 2 * COLUMNS]]
    sheet = Image.new('L', (COLUMNS * SIZE, len(rows) * SIZE), 255)
    for top, pictures in enumerate(rows):
        for left, picture in enumerate(pictures):
            sheet.paste(Image.fromarray(picture).resize((SIZE, SIZE)), (left * SIZE, top * SIZE))
    sheet.save(path, optimize=True)
