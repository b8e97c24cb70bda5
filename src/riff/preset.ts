import { z } from 'zod';
import { checked } from './checks.ts';
import { type RiffRequest, riffRequestSchema } from './request.ts';

/** Options of a request. What a riff goes on from is no part of it. */
export type Preset = Partial<Omit<RiffRequest, 'variations' | 'from'>>;

const presetSchema = riffRequestSchema.omit({ variations: true, from: true }).partial();

/** `options`: none of them undefined. Throws UserError that names every one at fault. */
export function parsePreset(options: unknown): Preset {
  return checked(presetSchema, options) as Preset;
}

export interface NamedPreset {
  readonly name: string;
  readonly preset: Preset;
}

export const PRESET_NAME_LENGTH = { min: 1, max: 32 } as const;

const presetNameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase())
  .pipe(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} '_-]{0,31}$/u, { error: nameFault }));

function nameFault({ input }: { readonly input?: unknown }): string {
  const { max } = PRESET_NAME_LENGTH;
  const got = JSON.stringify(String(input).slice(0, 2 * max));
  return `name: expected 1 to ${max} letters, digits, spaces, ', _ and -, beginning with a letter or a digit, got ${got}; choose such a name`;
}

/** As it is stored and compared: small letters, single spaces. Throws UserError that says what a name may be. */
export function parsePresetName(typed: string): string {
  return checked(presetNameSchema, typed);
}

/** What everybody can choose, with any model. */
export const BUILT_IN_PRESETS: readonly NamedPreset[] = [
  {
    name: 'dance floor',
    preset: { prompt: 'house, synth, fast, energetic', bpm: 125, lengthSeconds: 15, loop: true },
  },
  { name: 'study session', preset: { prompt: 'lo-fi, electric piano, slow, calm', lengthSeconds: 20 } },
  { name: 'film score', preset: { prompt: 'orchestral, strings, dramatic', lengthSeconds: 20 } },
  { name: 'late night', preset: { prompt: 'jazz, saxophone, slow', negativePrompt: 'vocals' } },
  { name: 'quick sketch', preset: { profile: 'fast' } },
  { name: 'endless loop', preset: { lengthSeconds: 10, loop: true } },
];
