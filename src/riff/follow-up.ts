import { shortened } from '../messages/shortened.ts';
import type { Source } from './origin.ts';
import { REQUEST_LIMITS, type RiffRequest } from './request.ts';
import { requestFacts } from './score.ts';
import { preferredTempo, type TimeGrid } from './tempo.ts';

/** What building a request may need from the loaded model. */
export interface RequestContext {
  readonly grid: TimeGrid;
  /** The seed that was asked for, or a random one. */
  readonly freshSeed: number;
  /** Fills in the defaults in force and checks the request. */
  readonly complete: (wanted: Partial<RiffRequest>) => RiffRequest;
}

export type RequestOf = (context: RequestContext) => Partial<RiffRequest>;

/** A riff to go on from, with the job under which its latents are stored. */
export type Parent = Extract<Source<RiffRequest>, { riff: RiffRequest }>;

/** The share of another seed's noise; tempo and instruments stay. */
const NEAR = 0.12;
/** The strength of a remix by the same words that still keeps the tempo: four steps from 0.85 on lose one in eight. */
const FAR = 0.8;

/** The strengths that users choose from, named for what a remix keeps. */
export const REMIX_STRENGTHS = { tune: 0.25, beat: 0.7, little: 0.85 } as const;

/** Nearly the same riff, or another one on its beat. */
export function varied(parent: Parent, amount: 'near' | 'far', seed: number): RiffRequest {
  const { riff } = parent;
  if (amount === 'near') {
    return { ...riff, variations: [...(riff.variations ?? []), { seed, amount: NEAR }] };
  }
  const loop = riff.loop ? { loop: true } : {};
  return { ...settingsOf(riff), ...loop, seed, from: { kind: 'remix', of: parent, strength: FAR } };
}

/** The words of a request and what depends on them. */
type Wording = Pick<RiffRequest, 'prompt' | 'negativePrompt' | 'guidanceScale'>;

interface OtherWords {
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
}

/** Other words for a riff; those left out stay. Guidance that nobody chose becomes what the model proposes for them. */
export function reworded(
  riff: RiffRequest,
  { prompt = riff.prompt, negativePrompt = riff.negativePrompt }: OtherWords,
  { complete }: Pick<RequestContext, 'complete'>,
): Wording {
  const { guidanceScale, ...others } = riff;
  const proposed = (negativePrompt: string) => complete({ ...others, negativePrompt }).guidanceScale;
  const isChosen = guidanceScale !== proposed(riff.negativePrompt);
  return { prompt, negativePrompt, guidanceScale: isChosen ? guidanceScale : proposed(negativePrompt) };
}

/** The wording of the new part; absent: the riff's own. */
export interface ExtendOptions extends Partial<Wording> {
  readonly seconds: number;
  readonly at: 'start' | 'end';
  readonly seed: number;
}

/** The riff with `seconds` more. The length may exceed the limits: check the request. */
export function extended(parent: Parent, options: ExtendOptions, grid: TimeGrid): RiffRequest {
  const { riff } = parent;
  const { seconds, at, ...others } = options;
  const there = requestFacts(riff, grid).soundMs / 1000;
  return {
    ...settingsOf(riff),
    ...others,
    // Rounded, because the length is shown.
    lengthSeconds: Math.round(100 * (there + seconds)) / 100,
    from: { kind: 'extend', of: parent, at },
  };
}

/** The same riff, cut to whole bars as a loop. */
export function looped(parent: Parent): RiffRequest {
  return { ...settingsOf(parent.riff), loop: true, from: { kind: 'remix', of: parent, strength: 0 } };
}

/** One end of a morph: words, which are painted for it, or an existing riff at its own tempo. */
export type MorphEnd = { readonly words: RiffRequest } | Parent;

/**
 * A morph from one end to the other. Without `bpm` it has the first tempo that an end names; if none does, that of an
 * existing riff is measured at the render.
 */
export function morphed(
  ends: readonly [MorphEnd, MorphEnd],
  options: {
    readonly lengthSeconds?: number | undefined;
    readonly bpm?: number | undefined;
    readonly seed: number;
  },
  grid: TimeGrid,
): RiffRequest {
  const { lengthSeconds, seed } = options;
  const [first, second] = [requestOfEnd(ends[0]), requestOfEnd(ends[1])];
  const tempo = [first, second].map((riff) => requestFacts(riff, grid).tempo).find((found) => found !== null);
  const preferred = ends.every((end) => 'words' in end) ? preferredTempo(first.prompt, grid) : null;
  const bpm = options.bpm ?? tempo?.bpm ?? preferred?.bpm;
  const inTime = (end: MorphEnd): Parent => {
    if (!('words' in end)) return end;
    return { riff: { ...(bpm !== undefined && { bpm }), ...end.words } };
  };
  return {
    ...settingsOf(first),
    prompt: morphPrompt(first.prompt, second.prompt),
    seed,
    ...(lengthSeconds !== undefined && { lengthSeconds }),
    ...(bpm !== undefined && { bpm }),
    from: { kind: 'morph', of: inTime(ends[0]), to: inTime(ends[1]) },
  };
}

/** Both prompts, each cut to its half of the room where they are too long together. */
function morphPrompt(first: string, second: string): string {
  const arrow = ' → ';
  const { max } = REQUEST_LIMITS.promptLength;
  if (first.length + arrow.length + second.length <= max) return first + arrow + second;
  const half = Math.floor((max - arrow.length) / 2);
  return shortened(first, half) + arrow + shortened(second, half);
}

function requestOfEnd(end: MorphEnd): RiffRequest {
  return 'words' in end ? end.words : end.riff;
}

/** A remix of the source with these words. */
export function remixed(
  of: Source<RiffRequest>,
  words: Partial<RiffRequest>,
  strength: number,
): Partial<RiffRequest> {
  return { ...words, from: { kind: 'remix', of, strength } };
}

/** The request without length, loop, variations and origin, for a riff that goes on from it. */
function settingsOf(riff: RiffRequest): RiffRequest {
  const { lengthSeconds: _, loop: __, variations: ___, from: ____, ...settings } = riff;
  return settings;
}
