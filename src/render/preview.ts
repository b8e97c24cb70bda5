import type { RenderOptions } from '../riff/engine.ts';
import type { DecodedPicture } from '../spectrogram/picture.ts';
import { decodePainted } from './decode-painted.ts';
import type { SectionPreview } from './paint-request.ts';
import type { Renderer } from './renderer.ts';

interface PreviewParts extends Pick<RenderOptions, 'onPreview' | 'signal'> {
  /** Turns the picture into a JPEG. */
  readonly encode: (decoded: DecodedPicture) => Promise<Uint8Array>;
  /** A render that is expected to take longer has a preview. */
  readonly aboveMs: number;
  /** Called behind each tile: with a large model each takes seconds. */
  readonly onTile: () => void;
}

/** So much of the steps is taken before: earlier the prediction shows little of what comes. */
const SHOWN_AT = 1 / 2;

/**
 * One look at what a long render is becoming, half-way through its steps. Decoding costs some three steps of one window.
 * Null where nobody looks.
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
