import sharp, { type OverlayOptions } from 'sharp';
import { shortened } from '../messages/shortened.ts';
import type { SpectrogramParams } from './params.ts';
import type { Picture } from './picture.ts';
import { pitchTicks, type Tick, timeTicks } from './poster-axes.ts';
import { type DrawnText, drawText } from './poster-text.ts';

export interface PosterTexts {
  /** The prompt, in large letters above the picture. */
  readonly title: string;
  /** In small letters below it. */
  readonly caption: string;
}

/** Discord shows a poster about 520 pixels wide, a phone 280: the letters are large enough for both. */
const WIDTH = 760;
const MARGIN = 24;
/** Space for the names of the notes. */
const LEFT = 76;
const PLOT_WIDTH = WIDTH - LEFT - MARGIN;
const BELOW_ROW = 48;
const GAP = 20;
const BACKGROUND = '#0b0a14';
const TITLE = { size: 38, colour: '#fcfdbf', maxWidth: WIDTH - 2 * MARGIN };
const TITLE_LENGTH = 110;
/** Includes the space around it. */
const LABEL_HEIGHT = 29;
const LABEL = { size: 26, colour: '#c9c5d6' };
/** A longer sound is wrapped into several rows, so that a phone can show it. */
const MOST_SECONDS_A_ROW = 10.5;
/** For 1, 2, and 3 or more rows. */
const ROW_HEIGHTS = [440, 300, 220] as const;
const JPEG_QUALITY = 86;

interface Row {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly height: number;
}

/**
 * Draws the picture to look at: a JPEG 760 pixels wide with levels in colour, notes and seconds at the axes and the
 * prompt above. Unlike the PNG, it cannot be decoded to sound.
 */
export async function encodePoster(
  picture: Picture,
  params: SpectrogramParams,
  { title, caption }: PosterTexts,
): Promise<Buffer> {
  const heading = await drawText(shortened(title, TITLE_LENGTH), TITLE);
  const footer = await drawText(caption, { ...LABEL, maxWidth: TITLE.maxWidth });
  const top = MARGIN + (heading ? heading.height + GAP : 0);
  const rows = rowsOf(picture, params, top);
  const bottom = rows.at(-1)!.top + rows.at(-1)!.height + BELOW_ROW;
  const height = bottom + (footer ? footer.height + GAP : 0);
  const loudest = loudestOf(picture);
  const overlays: OverlayOptions[] = await Promise.all(rows.map((row) => drawRow(picture, row, loudest)));
  for (const row of rows) overlays.push(...(await drawAxes(row, params)));
  if (heading) overlays.push(heading.at(MARGIN, MARGIN));
  if (footer) overlays.push(footer.at(MARGIN, bottom));
  return sharp({ create: { width: WIDTH, height, channels: 3, background: BACKGROUND } })
    .composite(overlays)
    .jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

function rowsOf({ width }: Picture, { hopMs }: SpectrogramParams, top: number): readonly Row[] {
  const count = Math.max(1, Math.ceil((width * hopMs) / 1000 / MOST_SECONDS_A_ROW));
  const columns = Math.ceil(width / count);
  const height = ROW_HEIGHTS[Math.min(count, ROW_HEIGHTS.length) - 1]!;
  return Array.from({ length: count }, (_, row) => ({
    from: row * columns,
    to: Math.min(width, (row + 1) * columns),
    top: top + row * (height + BELOW_ROW),
    height,
  }));
}

async function drawRow(
  { width, height, pixels }: Picture,
  row: Row,
  loudest: number,
): Promise<OverlayOptions> {
  const grey = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .extract({ left: row.from, top: 0, width: row.to - row.from, height })
    .resize(PLOT_WIDTH, row.height, { fit: 'fill', kernel: 'cubic' })
    .extractChannel(0)
    .raw()
    .toBuffer();
  const raw = { width: PLOT_WIDTH, height: row.height, channels: 3 } as const;
  return { input: coloured(grey, loudest), raw, left: LEFT, top: row.top };
}

/** [pixels, 3]: `loudest`, the darkest grey, gets the brightest colour, white the darkest. */
function coloured(grey: Uint8Array, loudest: number): Buffer {
  const colours = Buffer.alloc(3 * grey.length);
  const scale = 255 / Math.max(1, 255 - loudest);
  for (let i = 0; i < grey.length; i++) {
    const level = Math.min(255, Math.round(scale * (255 - grey[i]!)));
    for (let channel = 0; channel < 3; channel++) colours[3 * i + channel] = MAGMA[3 * level + channel]!;
  }
  return colours;
}

function loudestOf({ pixels }: Picture): number {
  return pixels.reduce((least, value) => Math.min(least, value), 255);
}

async function drawAxes(row: Row, params: SpectrogramParams): Promise<readonly OverlayOptions[]> {
  const pitches = pitchTicks(params, LABEL_HEIGHT / row.height);
  const times = timeTicks((row.from * params.hopMs) / 1000, (row.to * params.hopMs) / 1000);
  const overlays: OverlayOptions[] = [{ input: gridOf(row, pitches, times), left: LEFT, top: row.top }];
  for (const { label, at } of pitches) {
    const text = await drawLabel(label);
    if (text)
      overlays.push(text.at(LEFT - 12 - text.width, row.top + row.height * (1 - at) - text.height / 2));
  }
  for (const { label, at } of times) {
    const text = await drawLabel(label);
    const left = LEFT + PLOT_WIDTH * at - (text?.width ?? 0) / 2;
    if (text) overlays.push(text.at(Math.min(left, WIDTH - text.width - 4), row.top + row.height + 12));
  }
  return overlays;
}

const labels = new Map<string, DrawnText | null>();

/** Cached, because notes and seconds are the same in every poster. */
async function drawLabel(text: string): Promise<DrawnText | null> {
  const label = labels.get(text) ?? (await drawText(text, LABEL));
  labels.set(text, label);
  return label;
}

function gridOf({ height }: Row, pitches: readonly Tick[], times: readonly Tick[]): Buffer {
  const across = pitches.map(({ at }) => {
    const y = height * (1 - at);
    return `M0 ${y.toFixed(1)}H${PLOT_WIDTH}`;
  });
  const down = times.map(({ at }) => `M${(PLOT_WIDTH * at).toFixed(1)} 0V${height}`);
  const path = [...across, ...down].join('');
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${PLOT_WIDTH}" height="${height}"><path d="${path}" stroke="#fff" stroke-opacity="0.16" stroke-width="1.5"/></svg>`,
  );
}

/**
 * Magma of matplotlib (S. van der Walt and N. Smith, CC0), perceptually uniform: every 16th of its 256 colours as
 * published, from silent to loud.
 */
const MAGMA_COLOURS = [
  0x000004, 0x0a0822, 0x1d1147, 0x36106b, 0x51127c, 0x6a1c81, 0x832681, 0x9c2e7f, 0xb73779, 0xcf4070,
  0xe55064, 0xf4695c, 0xfb8761, 0xfea571, 0xfec287, 0xfde0a1, 0xfcfdbf,
] as const;

/** [256, 3]: red, green and blue of each level, linear between the published colours. */
export function magmaTable(): Uint8Array {
  const table = new Uint8Array(3 * 256);
  for (let level = 0; level < 256; level++) {
    const at = (level / 255) * (MAGMA_COLOURS.length - 1);
    const [below, above] = [MAGMA_COLOURS[Math.floor(at)]!, MAGMA_COLOURS[Math.ceil(at)]!];
    for (const [channel, shift] of [16, 8, 0].entries()) {
      const [from, to] = [(below >> shift) & 255, (above >> shift) & 255];
      table[3 * level + channel] = Math.round(from + (to - from) * (at % 1));
    }
  }
  return table;
}

const MAGMA = magmaTable();
