import { cutColumns } from '../diffusion/columns.ts';
import { type Tempo, type TimeGrid, tempoFor, trainedTempo } from '../riff/tempo.ts';
import { findBeat } from '../spectrogram/beat.ts';
import { type DecodedPicture, decodedToPicture } from '../spectrogram/picture.ts';
import { stretchColumns } from '../spectrogram/stretch.ts';
import { type LatentStrip, throughHalfFloats } from './latents-file.ts';
import type { Painter } from './renderer.ts';

export interface GridParts {
  readonly pipeline: Painter;
  readonly grid: TimeGrid;
  /** Picture columns of one latent column. */
  readonly columnPixels: number;
  readonly hasEncoder: boolean;
  readonly signal: AbortSignal;
}

/** Tempi closer than this count as equal: they drift less than a beat in two minutes. */
const SAME_TEMPO = 0.004;

/**
 * The strip with bars that are whole columns. Measures a strip without a tempo; stretches the picture of one between the
 * model's tempi and encodes it again. `wanted`: the painted tempo that it has to have.
 * Returns the strip unchanged if it has no clear beat, or the model has no tempi or no encoder.
 */
export async function onGrid(strip: LatentStrip, parts: GridParts, wanted?: Tempo): Promise<LatentStrip> {
  const { pipeline, grid, columnPixels, signal } = parts;
  if (strip.tempo && (!wanted || wanted.paintedBpm === strip.tempo.paintedBpm)) return strip;
  const decoded = await pipeline.decode(strip.latents, { signal });
  const painted = strip.tempo?.paintedBpm ?? ownBpm(decoded, grid.columnMs / columnPixels, grid);
  const target = painted === null ? null : (wanted ?? tempoFor(painted, grid));
  if (painted === null || target === null) return strip;
  // Twice or half as fast is the same bar.
  const own = painted / 2 ** Math.round(Math.log2(painted / target.paintedBpm));
  const tempo = { ...target, bpm: strip.tempo ? (own * strip.tempo.bpm) / painted : own };
  const ratio = own / target.paintedBpm;
  if (Math.abs(ratio - 1) < SAME_TEMPO) return { ...strip, tempo };
  if (!parts.hasEncoder) return strip;
  return { ...(await encodedAt(decoded, ratio, tempo, parts)), tempo, soundMs: strip.soundMs };
}

/** The tempo measured in the model's own music. */
function ownBpm(decoded: DecodedPicture, columnMs: number, grid: TimeGrid): number | null {
  const beat = findBeat(decodedToPicture(decoded), columnMs);
  return beat && trainedTempo(beat.bpm, grid);
}

/** The latents of the picture stretched to `ratio` times its length, in whole columns. */
export async function encodedAt(
  picture: DecodedPicture,
  ratio: number,
  tempo: Tempo | null,
  { pipeline, grid, columnPixels, signal }: GridParts,
): Promise<Pick<LatentStrip, 'latents' | 'columns'>> {
  const width = Math.round(picture.width * ratio);
  const columns = Math.max(1, Math.floor(width / columnPixels));
  const filled = Math.max(grid.clipColumns, Math.ceil(width / columnPixels));
  const stretched =
    ratio === 1 ? picture : stretchColumns(picture, { width, speed: picture.width / width, isRing: false });
  const bar = Math.min(width, (tempo?.barColumns ?? grid.clipColumns) * columnPixels);
  const { planes } = repeatLastBar(stretched, filled * columnPixels, bar);
  const latents = await pipeline.encodePicture(planes, signal);
  const cut = cutColumns({ values: latents, width: filled }, 0, columns);
  return throughHalfFloats({ latents: cut.values, columns });
}

/** Repeats the last bar up to `newWidth`, because the encoder takes no narrower picture. */
function repeatLastBar(
  { planes, width, height }: DecodedPicture,
  newWidth: number,
  bar: number,
): DecodedPicture {
  if (newWidth === width) return { planes, width, height };
  const rows = planes.length / width;
  const longer = new Float32Array(rows * newWidth);
  for (let x = 0; x < newWidth; x++) {
    const source = x < width ? x : width - bar + ((x - width) % bar);
    for (let row = 0; row < rows; row++) longer[row * newWidth + x] = planes[row * width + source]!;
  }
  return { planes: longer, width: newWidth, height };
}
