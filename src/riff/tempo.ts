/** What a model says about time. */
export interface TimeGrid {
  /** Latent columns of one clip, the widest picture that the model draws at once. */
  readonly clipColumns: number;
  /** Milliseconds of one latent column. */
  readonly columnMs: number;
  /** Beats per minute that the model was trained on, the preferred one first; empty where its folder says nothing. */
  readonly tempi: readonly number[];
  /** Those of music that a word of the prompt names. */
  readonly tempiOfWords: Readonly<Record<string, readonly number[]>>;
  readonly beatsPerBar: number;
}

export function clipMsOf({ clipColumns, columnMs }: TimeGrid): number {
  return clipColumns * columnMs;
}

/** How fast a strip is painted, and how fast it is heard: the picture is stretched from the one to the other. */
export interface Tempo {
  /** Heard. */
  readonly bpm: number;
  /** One of the model's tempi, at which a bar is a whole number of latent columns. */
  readonly paintedBpm: number;
  readonly barColumns: number;
}

/** Of a bar in columns, by which a tempo may miss a whole number: a twentieth of a beat after a minute. */
const GRID_TOLERANCE = 0.001;

/**
 * The nearest tempo on the grid of the music that the prompt names, where twice or half as fast counts as the same: a bar
 * of the one is two of the other. Null where the model has none.
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

/** The model's tempi whose bars are whole columns and no longer than a clip, by their columns. */
function barsOnGrid({ tempi, beatsPerBar, columnMs, clipColumns }: TimeGrid): Map<number, number> {
  const bars = new Map<number, number>();
  for (const bpm of tempi) {
    const exact = (60_000 * beatsPerBar) / bpm / columnMs;
    const columns = Math.round(exact);
    if (columns > clipColumns || Math.abs(exact / columns - 1) > GRID_TOLERANCE) continue;
    // The whole columns are what is painted, whatever the folder rounded.
    bars.set(columns, (60_000 * beatsPerBar) / columns / columnMs);
  }
  return bars;
}

/**
 * The bars of the tempi that the music of the prompt was trained on: a model seldom follows the others. Those of all its
 * tempi where the prompt names no music.
 */
function barsOf(prompt: string, grid: TimeGrid): Map<number, number> {
  const text = prompt.toLowerCase();
  const tempi = Object.entries(grid.tempiOfWords).find(([words]) => text.includes(words))?.[1] ?? [];
  const named = barsOnGrid({ ...grid, tempi });
  return named.size > 0 ? named : barsOnGrid(grid);
}

/** For a prompt that names no tempo: the first on the grid of what its words name, else of the model. */
export function preferredTempo(prompt: string, grid: TimeGrid): Tempo | null {
  const [first] = barsOf(prompt, grid);
  return first ? { bpm: first[1], paintedBpm: first[1], barColumns: first[0] } : null;
}

/** Within so much of a trained tempo what was measured is that tempo. */
const MEASURING_ERROR = 0.03;

/** What a model's own music was measured at, as the tempo that it was trained on. */
export function trainedTempo(measuredBpm: number, { tempi }: TimeGrid): number {
  const distance = (bpm: number): number => {
    const octaves = Math.log2(measuredBpm / bpm);
    return Math.abs(octaves - Math.round(octaves));
  };
  const [nearest] = [...tempi].sort((a, b) => distance(a) - distance(b));
  return nearest !== undefined && distance(nearest) < Math.log2(1 + MEASURING_ERROR) ? nearest : measuredBpm;
}

/** 0: none. */
function stretchOf({ bpm, paintedBpm }: Tempo): number {
  return Math.abs(Math.log2(bpm / paintedBpm));
}

const BPM_IN_WORDS = /\b(\d{2,3}(?:\.\d+)?)[ -]?bpm\b/i;

/** The tempo that a prompt names; null where it names none, or none that music can have. */
export function bpmInWords(prompt: string): number | null {
  const bpm = Number(BPM_IN_WORDS.exec(prompt)?.[1]);
  return bpm > 0 ? bpm : null;
}

/** The prompt with this tempo in place of the one that it names, or behind it: a model follows no other as well. */
export function withTempo(prompt: string, { paintedBpm }: Pick<Tempo, 'paintedBpm'>): string {
  const words = `${Math.round(paintedBpm)} bpm`;
  return BPM_IN_WORDS.test(prompt) ? prompt.replace(BPM_IN_WORDS, words) : `${prompt} ${words}`;
}
