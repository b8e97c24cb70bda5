import { z } from 'zod';
import type { InputFault } from '../messages/input-faults.ts';
import type { BuiltInName } from '../messages/preset.ts';
import { shortened } from '../messages/shortened.ts';
import { checked, isVisible, valid } from './checks.ts';
import { type RiffRequest, riffRequestSchema } from './request.ts';

/** Options of a request; a preset never holds an origin. */
export type Preset = Partial<Omit<RiffRequest, 'variations' | 'from'>>;

const presetSchema = riffRequestSchema.omit({ variations: true, from: true }).partial();

/** `options` must hold no undefined values. Throws UserError that names every invalid one. */
export function parsePreset(options: unknown): Preset {
  return checked(presetSchema, options) as Preset;
}

export interface NamedPreset {
  readonly name: string;
  readonly preset: Preset;
}

export const PRESET_NAME_LENGTH = { min: 1, max: 32 } as const;

const PRESET_NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} '_-]{0,31}$/u;

const presetNameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase())
  .pipe(valid<string>((name) => (isPresetName(String(name)) ? null : nameFault(String(name)))));

/** Fillers are letters, too. */
function isPresetName(name: string): boolean {
  return PRESET_NAME.test(name) && isVisible(name);
}

function nameFault(name: string): InputFault {
  const most = PRESET_NAME_LENGTH.max;
  return { kind: 'noPresetName', most, got: JSON.stringify(shortened(name, 2 * most)) };
}

/** The name as it is stored and compared: lower case, single spaces. Throws UserError for an invalid name. */
export function parsePresetName(typed: string): string {
  return checked(presetNameSchema, typed);
}

/** Offered to everybody, with any model; their names are translated. */
export const BUILT_IN_PRESETS: readonly (NamedPreset & { readonly name: BuiltInName })[] = [
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
