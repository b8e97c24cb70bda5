import { z } from 'zod';
import { numberBetween, oneOf } from './checks.ts';

/**
 * What a riff goes on from, and how. The words, the length and the seed are those of the request around it. `Riff`: a
 * request, which may go on from another itself.
 */
export type Origin<Riff> =
  /** The other's columns stay, new ones follow or go before them; `lengthSeconds` is that of both together. */
  | { readonly kind: 'extend'; readonly of: Source<Riff>; readonly at: 'end' | 'start' }
  /**
   * Made anew from the other's latents with noise added: 0 keeps them as they are (a loop of a riff, or a riff at
   * another tempo), 0.85 keeps little but the beat, 1 hardly anything.
   */
  | { readonly kind: 'remix'; readonly of: Source<Riff>; readonly strength: number }
  /** Begins as the one and ends as the other; the words between are mixed. */
  | { readonly kind: 'morph'; readonly of: Source<Riff>; readonly to: Source<Riff> };

/** Latents that are there already. */
export type Source<Riff> =
  /** Another riff. Its latents are those kept under `jobId`; where there are none it is made again from its request. */
  | { readonly riff: Riff; readonly jobId?: string | undefined }
  /** A recorded sound as the model's encoder saw it; only recipes and what is made from them have this form. */
  | { readonly sound: SoundLatents }
  | Upload;

/** A WAV that waits in the folder of results, and where its part begins; absent: its most eventful part. */
export interface Upload {
  readonly upload: string;
  readonly startSeconds?: number | undefined;
  /** The file that it was cut from. */
  readonly cutFrom?: CutFrom | undefined;
}

/** A part of a user's file. */
export interface CutFrom {
  readonly name: string;
  /** Where the part began. */
  readonly startSeconds: number;
}

/** Longer names are cut. */
export const FILE_NAME_LENGTH = 300;

export interface SoundLatents {
  /** Half floats [C, h, columns], little-endian, in base64. */
  readonly latents: string;
  /** The sound's own tempo; null where it has no clear beat. It was stretched to one that the model knows. */
  readonly bpm: number | null;
}

/** One clip of the largest model in base64, and twelve of them. */
const MOST_LATENT_LETTERS = 12 * 90_000;

/** Job ids become file names, so they allow no other characters. */
export const JOB_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `riff`: the schema of the riffs that an origin may name. */
export function originSchema<Riff>(riff: z.ZodType<Riff>): z.ZodType<Origin<Riff>> {
  const source = z.union([
    z.strictObject({ riff, jobId: z.string().regex(JOB_ID_PATTERN).optional() }),
    z.strictObject({
      sound: z.strictObject({
        latents: z.base64().max(MOST_LATENT_LETTERS),
        bpm: z.number().positive().nullable(),
      }),
    }),
    z.strictObject({
      upload: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}\.upload$/),
      startSeconds: z.number().min(0).optional(),
      cutFrom: z
        .strictObject({ name: z.string().max(FILE_NAME_LENGTH), startSeconds: z.number().min(0) })
        .optional(),
    }),
  ]);
  return z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('extend'), of: source, at: oneOf('at', ['end', 'start']) }),
    z.strictObject({
      kind: z.literal('remix'),
      of: source,
      strength: numberBetween('strength', { min: 0, max: 1 }),
    }),
    z.strictObject({ kind: z.literal('morph'), of: source, to: source }),
  ]);
}

/** The riffs inside an origin that nobody has checked yet. */
export function countNested(origin: unknown): number {
  let count = 0;
  const left: unknown[] = [origin];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null) continue;
    const { of, to, riff, from } = value as Readonly<Record<string, unknown>>;
    if (riff !== undefined) count += 1;
    left.push(of, to, riff, from);
  }
  return count;
}

/** A request, as far as it goes on from others. */
interface GoingOn<Riff> {
  readonly from?: Origin<Riff> | undefined;
}

interface Words {
  readonly prompt: string;
  readonly negativePrompt: string;
}

/** The sources of a request, none to two. */
export function sourcesOf<Riff>({ from }: GoingOn<Riff>): readonly Source<Riff>[] {
  if (!from) return [];
  return from.kind === 'morph' ? [from.of, from.to] : [from.of];
}

/** The request with others in place of its sources, in their order. */
export function withSources<Riff extends GoingOn<Riff>>(
  request: Riff,
  [of, to]: readonly Source<Riff>[],
): Riff {
  const { from } = request;
  if (!from || !of) return request;
  const changed: Origin<Riff> = from.kind === 'morph' ? { ...from, of, to: to ?? of } : { ...from, of };
  return { ...request, from: changed };
}

/** The sound of somebody's own that a request begins with; null: it begins with none. */
export function uploadOf(request: GoingOn<unknown>): Upload | null {
  return sourcesOf(request).find((source) => 'upload' in source) ?? null;
}

/** Every text that a user wrote: the words of the request and of all that it goes on from, and the name of a file. */
export function textsOf<Riff extends GoingOn<Riff> & Words>(request: Riff): readonly string[] {
  const words = sectionsOf(request).flatMap(({ prompt, negativePrompt }) => [prompt, negativePrompt]);
  return [...words, uploadOf(request)?.cutFrom?.name ?? ''];
}

/** A request and all that it goes on from, itself first. */
export function sectionsOf<Riff extends GoingOn<Riff>>(request: Riff): readonly Riff[] {
  const riffs = sourcesOf(request).flatMap((source) => ('riff' in source ? [source.riff] : []));
  return [request, ...riffs.flatMap(sectionsOf)];
}
