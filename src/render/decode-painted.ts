import { cutColumns } from '../diffusion/columns.ts';
import type { DecodeOptions } from '../diffusion/vae-strips.ts';
import { speedOf } from '../riff/strip.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import { stretchColumns } from '../spectrogram/stretch.ts';
import { rowsOf } from './latents-file.ts';
import { guardLevels } from './level-guard.ts';
import type { PaintedRiff } from './paint-request.ts';
import type { Painter, Renderer } from './renderer.ts';

/** Latents → the final picture: decoded, levelled at joints, stretched to its tempo and cut to its length. */
export async function decodePainted(
  { section, latents }: Pick<PaintedRiff, 'section' | 'latents'>,
  { params, model, grid, columnPixels }: Pick<Renderer, 'params' | 'model' | 'grid' | 'columnPixels'>,
  pipeline: Pick<Painter, 'decode'>,
  options: Omit<DecodeOptions, 'isRing'>,
): Promise<DecodedPicture> {
  const { columns, ringColumns, tempo, soundMs } = section;
  const isRing = ringColumns !== null;
  const strip = { values: latents, width: latents.length / rowsOf(model.latentShape) };
  const heard = isRing ? cutColumns(strip, 0, Math.min(ringColumns, columns)) : strip;
  const decoded = await pipeline.decode(heard.values, { isRing, ...options });
  const { columnMs } = grid;
  const { imagePower } = params;
  const whole = guardLevels(decoded, section, { columnMs, columnPixels, imagePower });
  const width = soundMs === null ? whole.width : Math.max(1, Math.round(soundMs / params.hopMs));
  const speed = isRing ? whole.width / width : speedOf(tempo);
  return speed === 1 && width === whole.width ? whole : stretchColumns(whole, { width, speed, isRing });
}
