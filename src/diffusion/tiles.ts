import { copyColumns, cutColumns, type Strip } from './columns.ts';

/** Latent columns that neighbouring tiles share on either side: more than a decoder's convolutions reach. */
const MOST_NEIGHBOURS = 8;

export interface TileOptions {
  /** Input columns of a tile. */
  readonly width: number;
  /** Output columns for each input column. */
  readonly scale: number;
  /** Input columns for each latent column; 1 where absent. */
  readonly unit?: number;
  /** The last column is followed by the first. */
  readonly isRing: boolean;
}

/**
 * Runs `work` on a strip of any width, tile by tile. Tiles overlap and only their insides are kept, so that the result is
 * that of one piece. `work` returns a strip `scale` times as wide as the tile.
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
