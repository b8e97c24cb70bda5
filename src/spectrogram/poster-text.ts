import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';

/** A rendered text, to be placed on a picture. */
export interface DrawnText {
  readonly width: number;
  readonly height: number;
  at(left: number, top: number): OverlayOptions;
}

export interface TextStyle {
  /** Pixels. */
  readonly size: number;
  readonly colour: string;
  /** Longer lines are broken. */
  readonly maxWidth?: number;
}

/** Inter (OFL 1.1), Latin-1 only. A bare machine has no fonts, and sharp's text renderer cannot read WOFF. */
const FONT = fileURLToPath(new URL('./font/inter.ttf', import.meta.url));
const FONT_NAME = 'Inter';
/** Characters that the font lacks. */
const UNDRAWABLE = /[^\x20-\x7e\u00a1-\u00ff‘’“”–—…·]+/g;

quietFontconfig();

/** Characters that the font lacks become spaces. Null: none of the text can be drawn. */
export async function drawText(
  text: string,
  { size, colour, maxWidth }: TextStyle,
): Promise<DrawnText | null> {
  const drawable = text.normalize('NFC').replace(UNDRAWABLE, ' ').replace(/ +/g, ' ').trim();
  if (drawable === '') return null;
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${colour}">${escaped(drawable)}</span>`,
      font: `${FONT_NAME} ${size}`,
      fontfile: FONT,
      rgba: true,
      dpi: 72,
      ...(maxWidth !== undefined && { width: maxWidth, wrap: 'word-char' }),
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const raw = { width, height, channels: 4 } as const;
  const at = (left: number, top: number) => ({
    input: data,
    raw,
    left: Math.round(left),
    top: Math.round(top),
  });
  return { width, height, at };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Without a font configuration, fontconfig would print a warning on stderr. */
function quietFontconfig(): void {
  if (process.platform !== 'linux' || existsSync('/etc/fonts/fonts.conf')) return;
  process.env.FONTCONFIG_FILE ??= fileURLToPath(new URL('./font/fonts.conf', import.meta.url));
}
