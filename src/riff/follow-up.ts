import type { Source } from './origin.ts';
import { REQUEST_LIMITS, type RiffRequest } from './request.ts';
import { requestFacts } from './score.ts';
import { preferredTempo, type TimeGrid } from './tempo.ts';

/** What a request may take from the loaded model. */
export interface RequestContext {
  readonly grid: TimeGrid;
  /** The one that was asked for, or a random one. */
  readonly freshSeed: number;
  /** Fills in the defaults in force, and checks. */
  readonly complete: (wanted: Partial<RiffRequest>) => RiffRequest;
}

export type RequestOf = (context: RequestContext) => Partial<RiffRequest>;

/** A riff to go on from, and the job under which its latents are kept. */
export type Parent = Extract<Source<RiffRequest>, { riff: RiffRequest }>;

/** How much of the noise is another seed's: the tempo and the instruments stay. */
const NEAR = 0.12;
/** How much is made anew: little but the beat stays. */
const FAR = 0.85;

/** What a remix keeps of its source, by what its strength is called. */
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

export interface ExtendOptions {
  readonly seconds: number;
  readonly at: 'start' | 'end';
  readonly seed: number;
  /** Of what is new; absent: the riff's own. */
  readonly prompt?: string | undefined;
  readonly negativePrompt?: string | undefined;
}

/** The riff, and so many seconds more. Its length may be beyond the limits: check the request. */
export function extended(parent: Parent, options: ExtendOptions, grid: TimeGrid): RiffRequest {
  const { riff } = parent;
  const { seconds, at, seed, prompt = riff.prompt, negativePrompt = riff.negativePrompt } = options;
  const there = requestFacts(riff, grid).soundMs / 1000;
  return {
    ...settingsOf(riff),
    ...{ prompt, negativePrompt, seed },
    // Hundredths are enough, and a sum of floats reads badly.
    lengthSeconds: Math.round(100 * (there + seconds)) / 100,
    from: { kind: 'extend', of: parent, at },
  };
}

/** The riff's own bars, as a loop. */
export function looped(parent: Parent): RiffRequest {
  return { ...settingsOf(parent.riff), loop: true, from: { kind: 'remix', of: parent, strength: 0 } };
}

/** What a morph begins or ends as: words, painted for it, or a riff that is there, at its own tempo. */
export type MorphEnd = { readonly words: RiffRequest } | Parent;

/**
 * From one to another. Without `bpm` it has the tempo of its ends, as far as one of them says it; that of a riff which says
 * none is measured when it is rendered.
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
  const prompt = `${first.prompt} → ${second.prompt}`.slice(0, REQUEST_LIMITS.promptLength.max);
  return {
    ...settingsOf(first),
    ...{ prompt, seed },
    ...(lengthSeconds !== undefined && { lengthSeconds }),
    ...(bpm !== undefined && { bpm }),
    from: { kind: 'morph', of: inTime(ends[0]), to: inTime(ends[1]) },
  };
}

function requestOfEnd(end: MorphEnd): RiffRequest {
  return 'words' in end ? end.words : end.riff;
}

/** The source, made anew by the request's words. */
export function remixed(
  of: Source<RiffRequest>,
  words: Partial<RiffRequest>,
  strength: number,
): Partial<RiffRequest> {
  return { ...words, from: { kind: 'remix', of, strength } };
}

/** What follows has its own length and origin; a tempo that was asked for stays. */
function settingsOf(riff: RiffRequest): RiffRequest {
  const { lengthSeconds: _, loop: __, variations: ___, from: ____, ...settings } = riff;
  return settings;
}
