import type { RenderOptions } from '../riff/engine.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import { decodePainted } from './decode-painted.ts';
import type { SectionPreview } from './paint-request.ts';
import type { Renderer } from './renderer.ts';

interface PreviewParts extends Pick<RenderOptions, 'onPreview' | 'signal'> {
  /** Turns the picture into a JPEG. */
  readonly encode: (decoded: DecodedPicture) => Promise<Uint8Array>;
  /** Only renders that are expected to take longer have a preview. */
  readonly aboveMs: number;
  /** Called after each tile, which takes seconds with a large model. */
  readonly onTile: () => void;
}

/** The finished part of the steps at the preview; earlier, the prediction shows little of the result. */
const SHOWN_AT = 1 / 2;

/**
 * One preview of a long render, half-way through its steps. Decoding costs about three steps of one window. Null if none
 * is wanted.
 */
export function previewOnce(
  renderer: Pick<Renderer, 'params' | 'model' | 'grid' | 'columnPixels'>,
  { onPreview, signal, encode, aboveMs, onTile }: PreviewParts,
): SectionPreview | null {
  if (!onPreview) return null;
  const startedMs = performance.now();
  let isShown = false;
  return {
    isDue: (finished) =>
      !isShown && finished >= SHOWN_AT && (performance.now() - startedMs) / finished > aboveMs,
    async show(painted, decode) {
      isShown = true;
      const options = { decoder: 'small', signal, onTile } as const;
      onPreview(await encode(await decodePainted(painted, renderer, { decode }, options)));
    },
  };
}
