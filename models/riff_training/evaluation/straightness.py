"""Measures how straight notes are drawn, by following the lines of harmonics from column to column."""

import numpy as np

CONTRAST = 24  # grey levels by which a line stands out from three rows above and below it
REACH = 1.0  # rows that a line may move from one column to the next
SHORTEST = 12  # columns of a line that is counted


def _line_rows(column: np.ndarray) -> np.ndarray:
    """Rows, to a fraction, at which the column (loudness [512]) stands out from its neighbours."""
    middle, above, below = column[3:-3], column[2:-4], column[4:-2]
    found = (middle >= above) & (middle > below) & (middle - np.maximum(column[:-6], column[6:]) > CONTRAST)
    rows = np.flatnonzero(found)
    bend = above[rows] - 2 * middle[rows] + below[rows]
    return rows + 3 + 0.5 * (above[rows] - below[rows]) / np.minimum(bend, -1e-6)


def wander(picture: np.ndarray) -> tuple[float, float]:
    """(deviation of a line from its own mean row in rows, length of a line in columns), means over a uint8 [512, 512];
    NaN without lines.
    """
    loud = 255.0 - picture.astype(np.float32)
    finished: list[list[float]] = []
    open_lines: list[list[float]] = []
    for column in loud.T:
        rows, kept, taken = _line_rows(column), [], set()
        for line in open_lines:
            nearest = int(np.abs(rows - line[-1]).argmin()) if len(rows) else -1
            if nearest >= 0 and nearest not in taken and abs(rows[nearest] - line[-1]) <= REACH:
                line.append(float(rows[nearest]))
                taken.add(nearest)
                kept.append(line)
            else:
                finished.append(line)
        open_lines = kept + [[float(row)] for index, row in enumerate(rows) if index not in taken]
    lines = [line for line in finished + open_lines if len(line) >= SHORTEST]
    if not lines:
        return float('nan'), float('nan')
    lengths = np.array([len(line) for line in lines])
    deviations = np.array([np.std(line) for line in lines])
    return float((deviations * lengths).sum() / lengths.sum()), float(lengths.mean())
