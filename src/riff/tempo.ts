/** A model's units of time. */
export interface TimeGrid {
  /** Latent columns of one clip, the widest picture that the model denoises at once. */
  readonly clipColumns: number;
  /** Milliseconds of one latent column. */
  readonly columnMs: number;
  /** Beats per minute that the model was trained on, the preferred one first; empty if its folder lists none. */
  readonly tempi: readonly number[];
  /** The tempi of the music that a word names, by that word. */
  readonly tempiOfWords: Readonly<Record<string, readonly number[]>>;
  readonly beatsPerBar: number;
}

export function clipMsOf({ clipColumns, columnMs }: TimeGrid): number {
  return clipColumns * columnMs;
}

/** A strip is painted at one tempo and heard at another: the picture is stretched in between. */
export interface Tempo {
  /** Heard. */
  readonly bpm: number;
  /** One of the model's tempi, at which a bar is a whole number of latent columns. */
  readonly paintedBpm: number;
  readonly barColumns: number;
}

/** The relative error up to which a bar counts as a whole number of columns: a twentieth of a beat after a minute. */
const GRID_TOLERANCE = 0.001;

/**
 * The nearest tempo on the grid, of those for the music that the prompt names. Twice and half as fast count as the same,
 * since one bar of the one is two of the other. Null if the model has no tempi.
 */
export function tempoFor(bpm: number, grid: TimeGrid, prompt = ''): Tempo | null {
  let nearest: Tempo | null = null;
  for (const [barColumns, paintedBpm] of barsOf(prompt, grid)) {
    const octave = 2 ** Math.round(Math.log2(bpm / paintedBpm));
    const tempo = { bpm: bpm / octave, paintedBpm, barColumns };
    if (nearest === null || stretchOf(tempo) < stretchOf(nearest)) nearest = tempo;
  }
  return nearest;
}

/** The tempi whose bars are a whole number of columns and no longer than a clip: columns of a bar → bpm. */
function barsOnGrid({ tempi, beatsPerBar, columnMs, clipColumns }: TimeGrid): Map<number, number> {
  const bars = new Map<number, number>();
  for (const bpm of tempi) {
    const exact = (60_000 * beatsPerBar) / bpm / columnMs;
    const columns = Math.round(exact);
    if (columns > clipColumns || Math.abs(exact / columns - 1) > GRID_TOLERANCE) continue;
    // Computed from the columns, since the folder's bpm may be rounded.
    bars.set(columns, (60_000 * beatsPerBar) / columns / columnMs);
  }
  return bars;
}

/**
 * The bars of the tempi at which the music of the prompt was trained, since a model seldom follows others; those of all
 * tempi if the prompt names no music.
 */
function barsOf(prompt: string, grid: TimeGrid): Map<number, number> {
  const text = prompt.toLowerCase();
  const tempi = Object.entries(grid.tempiOfWords).find(([words]) => text.includes(words))?.[1] ?? [];
  const named = barsOnGrid({ ...grid, tempi });
  return named.size > 0 ? named : barsOnGrid(grid);
}

/** The tempo for a prompt that names none: the first for the music that it names, else the model's first. */
export function preferredTempo(prompt: string, grid: TimeGrid): Tempo | null {
  const [first] = barsOf(prompt, grid);
  return first ? { bpm: first[1], paintedBpm: first[1], barColumns: first[0] } : null;
}

/** The relative distance up to which a measured tempo is taken for a trained one. */
const MEASURING_ERROR = 0.03;

/** The trained tempo nearest to one measured in the model's own music, octaves aside; the measured one if none is near. */
export function trainedTempo(measuredBpm: number, { tempi }: TimeGrid): number {
  const distance = (bpm: number): number => {
    const octaves = Math.log2(measuredBpm / bpm);
    return Math.abs(octaves - Math.round(octaves));
  };
  const [nearest] = [...tempi].sort((a, b) => distance(a) - distance(b));
  return nearest !== undefined && distance(nearest) < Math.log2(1 + MEASURING_ERROR) ? nearest : measuredBpm;
}

/** How much the picture is stretched, in octaves; 0: not at all. */
function stretchOf({ bpm, paintedBpm }: Tempo): number {
  return Math.abs(Math.log2(bpm / paintedBpm));
}

const NUMBER = String.raw`(\d{2,3}(?:\.\d+)?)`;
const BEFORE = String.raw`\b(?:bpm|tempo)(?: ?[:=] ?| )`;
/** "118 bpm", "bpm: 118", "tempo 118", "118 beats per minute". */
const BPM_IN_WORDS = new RegExp(
  String.raw`(?:${BEFORE}|\b)${NUMBER}[ -]?(?:bpm|beats (?:per|a) minute)\b|${BEFORE}${NUMBER}(?![\w.]*\w)`,
  'i',
);

/** The tempo that a prompt names; null if it names none. */
export function bpmInWords(prompt: string): number | null {
  const [, first, second] = BPM_IN_WORDS.exec(prompt) ?? [];
  const bpm = Number(first ?? second);
  return bpm > 0 ? bpm : null;
}

/** The prompt with the painted tempo in place of the one that it names, or appended: models follow "N bpm" best. */
export function withTempo(prompt: string, { paintedBpm }: Pick<Tempo, 'paintedBpm'>): string {
  const words = `${Math.round(paintedBpm)} bpm`;
  return BPM_IN_WORDS.test(prompt) ? prompt.replace(BPM_IN_WORDS, words) : `${prompt} ${words}`;
}
