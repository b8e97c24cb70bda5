import { z } from 'zod';
import { numberBetween, oneOf } from './checks.ts';

/**
 * What a riff goes on from, and how. Words, length and seed come from the request that holds the origin. `Riff` is a
 * request, which may have an origin itself.
 */
export type Origin<Riff> =
  /** Keeps the source's columns and adds new ones after or before them; `lengthSeconds` covers both. */
  | { readonly kind: 'extend'; readonly of: Source<Riff>; readonly at: 'end' | 'start' }
  /**
   * Denoises the source's latents again after adding noise. `strength` 0 keeps them (a loop of a riff, or a riff at
   * another tempo), 0.85 keeps little but the beat, 1 hardly anything.
   */
  | { readonly kind: 'remix'; readonly of: Source<Riff>; readonly strength: number }
  /** Begins as `of` and ends as `to`; between them the prompts are mixed. */
  | { readonly kind: 'morph'; readonly of: Source<Riff>; readonly to: Source<Riff> };

/** Existing latents. */
export type Source<Riff> =
  /** Another riff. Its latents are stored under `jobId`; without them it is rendered again from its request. */
  | { readonly riff: Riff; readonly jobId?: string | undefined }
  /** A recorded sound as encoded by the model. Only recipes, and requests made from recipes, have this form. */
  | { readonly sound: SoundLatents }
  | Upload;

/** A WAV in the folder of results. */
export interface Upload {
  /** Its name there. */
  readonly upload: string;
  /** Where the used part begins; absent: the most eventful part is chosen. */
  readonly startSeconds?: number | undefined;
  /** The user's file that the WAV was cut from. */
  readonly cutFrom?: CutFrom | undefined;
}

export interface CutFrom {
  readonly name: string;
  /** Where the WAV begins in that file. */
  readonly startSeconds: number;
}

/** Longer file names are truncated. */
export const FILE_NAME_LENGTH = 300;

export interface SoundLatents {
  /** Half floats [C, h, columns], little-endian, in base64; no longer than a clip. */
  readonly latents: string;
  /** The sound's tempo before it was stretched to one that the model knows; null: it has no clear beat. */
  readonly bpm: number | null;
}

/** Where in a sound its part may begin; none may be longer. */
export const START_SECONDS = { min: 0, max: 600 };
/** Wider than any music; numbers far beyond leave no picture to paint. */
const SOUND_BPM = { min: 10, max: 1000 };
/** Twelve clips of the largest model, in base64. */
const MOST_LATENT_LETTERS = 12 * 90_000;

/** Job ids become file names, so they allow no other characters. */
export const JOB_ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** `riff`: the schema of the requests that a source may hold. */
export function originSchema<Riff>(riff: z.ZodType<Riff>): z.ZodType<Origin<Riff>> {
  const source = z.union([
    z.strictObject({ riff, jobId: z.string().regex(JOB_ID_PATTERN).optional() }),
    z.strictObject({
      sound: z.strictObject({
        latents: z.base64().max(MOST_LATENT_LETTERS),
        bpm: numberBetween('bpm', SOUND_BPM).nullable(),
      }),
    }),
    z.strictObject({
      upload: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}\.upload$/),
      startSeconds: numberBetween('start', START_SECONDS).optional(),
      cutFrom: z
        .strictObject({
          name: z.string().max(FILE_NAME_LENGTH),
          startSeconds: numberBetween('start', START_SECONDS),
        })
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

/** Counts the riffs nested in an unchecked origin, without recursion. */
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

/** The part of a request that holds its origin. */
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

/** The request with its sources replaced, in the order of sourcesOf. */
export function withSources<Riff extends GoingOn<Riff>>(
  request: Riff,
  [of, to]: readonly Source<Riff>[],
): Riff {
  const { from } = request;
  if (!from || !of) return request;
  const changed: Origin<Riff> = from.kind === 'morph' ? { ...from, of, to: to ?? of } : { ...from, of };
  return { ...request, from: changed };
}

/** The user's sound that a request goes on from; null: none. */
export function uploadOf(request: GoingOn<unknown>): Upload | null {
  return sourcesOf(request).find((source) => 'upload' in source) ?? null;
}

/** Every text of users in a request: its prompts, those of all its sources, and the name of an uploaded file. */
export function textsOf<Riff extends GoingOn<Riff> & Words>(request: Riff): readonly string[] {
  const words = sectionsOf(request).flatMap(({ prompt, negativePrompt }) => [prompt, negativePrompt]);
  return [...words, uploadOf(request)?.cutFrom?.name ?? ''];
}

/** The request and every request nested in it, itself first. */
export function sectionsOf<Riff extends GoingOn<Riff>>(request: Riff): readonly Riff[] {
  const riffs = sourcesOf(request).flatMap((source) => ('riff' in source ? [source.riff] : []));
  return [request, ...riffs.flatMap(sectionsOf)];
}
