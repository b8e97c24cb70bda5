import { copyColumns, cutColumns, type Strip } from './columns.ts';

/** Real neighbours on either side of a tile, in latent columns: wider than a decoder looks. */
const MOST_NEIGHBOURS = 8;

export interface TileOptions {
  /** Columns in, which `work` takes at once. */
  readonly width: number;
  /** Columns out for each column in. */
  readonly scale: number;
  /** Columns in that stand for one latent column; 1 where absent. */
  readonly unit?: number;
  /** The last column is followed by the first. */
  readonly isRing: boolean;
}

/**
 * Works on a strip of any width in tiles: each sees its neighbours, and only its inside counts, so that the result is
 * that of one piece. `work` gives a strip `scale` times as wide as the tile.
 */
export async function inTiles(
  strip: Strip,
  { width, scale, unit = 1, isRing }: TileOptions,
  work: (tile: Strip) => Promise<Strip>,
): Promise<Strip> {
  if (strip.width === width && !isRing) return work(strip);
  const margin = unit * Math.min(MOST_NEIGHBOURS, Math.floor(width / unit / 4));
  let joined: Strip | undefined;
  for (let done = 0; done < strip.width; ) {
    const first = isRing ? done - margin : Math.max(0, Math.min(done - margin, strip.width - width));
    const isLast = !isRing && first + width >= strip.width;
    const end = Math.min(strip.width, isLast ? strip.width : first + width - margin);
    const result = await work(cutColumns(strip, first, width));
    const rows = result.values.length / result.width;
    const outWidth = strip.width * scale;
    joined ??= { values: new Float32Array(rows * outWidth), width: outWidth };
    copyColumns(result, (done - first) * scale, joined, done * scale, (end - done) * scale);
    done = end;
  }
  return joined ?? strip;
}
