"""The styles: tempi, grids and patterns. A grid has sixteen steps a bar (twelve in a waltz); 'x' is a hit, 'X' a loud one."""

from dataclasses import dataclass

KICK, SNARE, RIM, CLAP, CLOSED_HAT, OPEN_HAT, RIDE, SHAKER, CONGA, COWBELL = 36, 38, 37, 39, 42, 46, 51, 70, 63, 56


@dataclass(frozen=True)
class Style:
    name: str
    tempi: tuple[float, ...]
    swing: float  # where the second eighth falls within its beat; 0.5 is straight
    drums: tuple[tuple[int, str], ...]
    chords: str  # rhythm of the accompaniment
    chord_program: int
    bass: str  # rhythm of the bass; lower-case roots, '5' fifths, '8' octaves
    bass_program: int
    loops: tuple[tuple[int, ...], ...]  # scale degrees, one chord a bar
    motifs: tuple[str, ...]  # melody rhythms of one bar
    sevenths: bool = False
    steps: int = 16
    sings: bool = False  # most of its bands have backing voices


STYLES = [
    Style('jazz', (93.75, 125, 150), 0.64, ((RIDE, 'x...x.x.x...x.x.'), (44, '....x.......x...'), (KICK, 'x.........x.....')),
          '......x.......x.', 0, 'x...5...8...5...', 32, ((2, 5, 1, 6), (1, 6, 2, 5)), ('x.x.x.x.....x.x.', '..x.x.x.x.x...x.'), True),
    Style('techno', (125, 133.3, 140.6), 0.5, ((KICK, 'X...X...X...X...'), (CLOSED_HAT, 'x.x.x.x.x.x.x.x.'), (OPEN_HAT, '..x...x...x...x.')),
          'x..x..x.x..x..x.', 81, 'xxx.xxx.xxx.xxx.', 38, ((1, 1, 6, 6), (1, 1, 1, 7)), ('x.xx.xx.x.xx.xx.', 'xxxxxxxxxxxxxxxx')),
    Style('rock', (107.1, 125, 140.6), 0.5, ((KICK, 'X.....x.X.......'), (SNARE, '....X.......X...'), (CLOSED_HAT, 'x.x.x.x.x.x.x.x.')),
          'x...x.x...x.x.x.', 29, 'x.x.x.x.x.x.x.x.', 34, ((1, 5, 6, 4), (1, 4, 5, 4)), ('x...x.x.x...x...', 'x.x.x...x.x.x...')),
    Style('funk', (93.75, 107.1, 115), 0.5, ((KICK, 'X..x..x...x..x..'), (SNARE, '....X..x.x..X..x'), (CLOSED_HAT, 'xxxxxxxxxxxxxxxx')),
          '..x..x....x..x.x', 28, 'x..x..8.x..x.8.5', 36, ((1, 1, 4, 4), (1, 4, 1, 5)), ('x..x..x...x..x..', '..xx..xx..xx..x.'), True),
    Style('reggae', (75, 80, 93.75), 0.56, ((KICK, '........X.......'), (RIM, '........X.......'), (CLOSED_HAT, 'x.x.x.x.x.x.x.x.')),
          '....x.......x...', 16, 'x..x..x.....5.8.', 33, ((1, 4, 1, 5), (1, 5, 6, 4)), ('....x.x.....x.x.', 'x...x...x.x.....'), sings=True),
    Style('classical', (75, 93.75, 115), 0.5, ((49, 'x...............'), (47, 'x...x...x...x...')),
          'x.x.x.x.x.x.x.x.', 48, 'x.......5.......', 43, ((1, 4, 5, 1), (1, 6, 4, 5)), ('x...x.x.x.x.x...', 'x.xxx.xxx...x...'), sings=True),
    Style('ambient', (62.5, 75, 80), 0.5, ((SHAKER, 'x.......x.......'), (KICK, 'x...............')),
          'x...............', 89, 'x...............', 39, ((1, 6, 4, 5), (1, 3, 4, 4)), ('x...............', 'x.......x.......'), sings=True),
    Style('blues', (75, 93.75, 107.1), 0.66, ((KICK, 'X.....x.X.....x.'), (SNARE, '....X.......X...'), (RIDE, 'x.x.x.x.x.x.x.x.')),
          'x.....x.....x.x.', 0, 'x.x.5.5.8.8.5.5.', 33, ((1, 4, 1, 5), (1, 1, 4, 1)), ('x.x.x...........', '..x.x.x.x.......'), True),
    Style('bossa nova', (115, 125, 133.3), 0.5, ((KICK, 'x..xx..xx..xx..x'), (RIM, 'x..x..x...x..x..'), (SHAKER, 'xxxxxxxxxxxxxxxx')),
          'x..x..x...x..x..', 24, 'x..55..5x..55..5', 32, ((1, 2, 5, 1), (1, 6, 2, 5)), ('x..x..x..x..x...', '..x...x..x..x...'), True),
    Style('hip hop', (80, 93.75, 93.75), 0.56, ((KICK, 'X..x..x...X.....'), (SNARE, '....X.......X...'), (CLOSED_HAT, 'x.xxx.x.x.xxx.x.')),
          'x.......x.......', 4, 'x..x......x.....', 38, ((1, 1, 6, 6), (6, 6, 4, 5)), ('x.....x.x.......', 'x..x....x..x....')),
    Style('house', (115, 125, 125), 0.5, ((KICK, 'X...X...X...X...'), (CLAP, '....x.......x...'), (OPEN_HAT, '..x...x...x...x.')),
          'x..x..x...x..x..', 5, '..x...x...x...x.', 38, ((6, 4, 1, 5), (1, 6, 4, 5)), ('x..x..x..x..x.x.', '..x...x...x.x.x.'), sings=True),
    Style('drum and bass', (150, 175, 175), 0.5, ((KICK, 'X.........X.....'), (SNARE, '....X..x.x..X..x'), (CLOSED_HAT, 'x.x.x.x.x.x.x.x.')),
          'x...............', 89, 'x.....x...x.....', 39, ((1, 1, 6, 6), (1, 6, 3, 7)), ('x.....x.....x...', 'x...x...x.x.x.x.')),
    Style('country', (93.75, 107.1, 125), 0.54, ((KICK, 'X.......X.......'), (SNARE, '..x.X.x...x.X.x.'), (CLOSED_HAT, 'x...x...x...x...')),
          '..x...x...x...x.', 25, 'x.......5.......', 33, ((1, 4, 5, 1), (1, 5, 1, 4)), ('x.xxx.xxx.xxx.x.', 'x.x.x.xxx.x.x...')),
    Style('salsa', (93.75, 107.1, 115), 0.5, ((CONGA, 'x.x..xx.x.x..xx.'), (COWBELL, 'x...x.x.x...x.x.'), (75, 'x..x..x...x.x...')),
          'x.xx.xx.x.xx.xx.', 0, '...x..5....x..8.', 32, ((1, 4, 5, 4), (2, 5, 1, 1)), ('x..x..x...x.x...', '..x.xx.x..x.xx.x')),
    Style('waltz', (93.75, 140.6, 150), 0.5, ((KICK, 'x...........'), (44, '....x...x...')),
          '....x...x...', 21, 'x...........', 32, ((1, 4, 5, 1), (1, 6, 2, 5)), ('x.......x...', 'x...x...x.x.'), False, 12),
    Style('metal', (140.6, 150, 175), 0.5, ((KICK, 'XXXXXXXXXXXXXXXX'), (SNARE, '....X.......X...'), (49, 'x.......x.......')),
          'x.xxx.xxx.xxx.xx', 30, 'xxxxxxxxxxxxxxxx', 34, ((1, 6, 7, 1), (1, 1, 6, 7)), ('xxxxxxxxx.x.x.x.', 'x.xxx.xxx.xxx.xx')),
    Style('lo-fi', (75, 80, 80), 0.58, ((KICK, 'X......x..X.....'), (RIM, '....x.......x...'), (CLOSED_HAT, 'x.x.x.x.x.x.x.x.')),
          'x.....x.........', 4, 'x.........5.....', 32, ((2, 5, 1, 6), (4, 3, 2, 1)), ('x.....x...x.....', '..x.x.....x.....'), True),
    Style('synthwave', (80, 107.1, 115), 0.5, ((KICK, 'X...X...X...X...'), (SNARE, '....X.......X...'), (CLOSED_HAT, '..x...x...x...x.')),
          'x...............', 90, 'x8x8x8x8x8x8x8x8', 38, ((6, 4, 1, 5), (1, 7, 6, 5)), ('x.x.x.x.x.x.x.x.', 'x.....x.....x...')),
    Style('folk', (93.75, 107.1, 125), 0.5, ((47, 'x.......x.......'), (54, '....x.......x...')),
          'x.x.xxx.x.x.xxx.', 24, 'x.......5.......', 32, ((1, 4, 1, 5), (1, 5, 6, 4)), ('x.x.x.x.x...x...', 'x...x.x.x.x.x...')),
    Style('disco', (115, 125, 125), 0.5, ((KICK, 'X...X...X...X...'), (SNARE, '....X.......X...'), (OPEN_HAT, '..x...x...x...x.'), (CLOSED_HAT, 'xx.xxx.xxx.xxx.x')),
          '..x.x.x...x.x.x.', 48, 'x.8.x.8.x.8.x.8.', 33, ((1, 6, 2, 5), (1, 4, 6, 5)), ('x..x..x.x..x..x.', 'x.x.x.x.xx.x.x..'), sings=True),
]

BY_NAME = {style.name: style for style in STYLES}
