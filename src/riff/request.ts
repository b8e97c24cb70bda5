import { z } from 'zod';
import type { InputFault } from '../messages/input-faults.ts';
import {
  checked,
  integerBetween,
  isVisible,
  numberBetween,
  oneOf,
  promptUpTo,
  textUpTo,
  valid,
} from './checks.ts';
import { countNested, type Origin, originSchema } from './origin.ts';

/** The limits that Discord's option definitions, the command line and the checks share. */
export const REQUEST_LIMITS = {
  promptLength: { min: 1, max: 1000 },
  negativePromptLength: { min: 0, max: 1000 },
  /** torch's CPU generator uses the low 32 bits; larger seeds are accepted as diffusers accepts them. */
  seed: { min: 0, max: Number.MAX_SAFE_INTEGER },
  steps: { min: 1, max: 100 },
  guidanceScale: { min: 1, max: 20 },
  lengthSeconds: { min: 5, max: 60 },
  bpm: { min: 40, max: 240 },
  /** How much of the source is denoised again: 0 none of it, 1 all. */
  strength: { min: 0, max: 1 },
} as const;

export const SCHEDULER_NAMES = [
  'pndm',
  'ddim',
  'euler',
  'euler_a',
  'dpmpp_2m',
  'dpmpp_2m_karras',
  'unipc',
  'lcm',
  'tcd',
] as const;
export type SchedulerName = (typeof SCHEDULER_NAMES)[number];

/** Trade-offs between exactness and speed; profiles.ts defines each. */
export const PROFILE_NAMES = ['classic', 'balanced', 'fast'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const DEFAULT_PROFILE: ProfileName = 'balanced';

/**
 * A complete request, which is also what the store, the engine's protocol and the recipe carry; together with the model
 * it determines the riff to the byte. A request of version 0.1 has none of the optional fields: one clip of the model.
 */
export interface RiffRequest {
  readonly prompt: string;
  /** Empty string: no negative prompt. */
  readonly negativePrompt: string;
  readonly seed: number;
  readonly steps: number;
  /** 1 switches classifier-free guidance off, and the negative prompt with it. */
  readonly guidanceScale: number;
  readonly scheduler: SchedulerName;
  readonly profile: ProfileName;
  /** Of the sound; absent: one clip of the model, or as long as the source. */
  readonly lengthSeconds?: number | undefined;
  /** Beats per minute, exact; absent: that of the source, else whatever the model plays. */
  readonly bpm?: number | undefined;
  /** Cut to whole bars, so that the end leads into the beginning. */
  readonly loop?: boolean | undefined;
  /** Noise of other seeds, blended into that of `seed` one after another; a little of it gives nearly the same riff. */
  readonly variations?: readonly Variation[] | undefined;
  /** What the riff goes on from; absent: nothing. */
  readonly from?: Origin<RiffRequest> | undefined;
}

/** `amount` 0 keeps the noise so far, 1 replaces it with that of this seed. */
export interface Variation {
  readonly seed: number;
  readonly amount: number;
}

/** The model's defaults for options that the user leaves out. */
export interface RiffDefaults extends Pick<RiffRequest, 'steps' | 'guidanceScale' | 'scheduler'> {
  /** The default guidance with a negative prompt; absent: `guidanceScale`. */
  readonly negativeGuidanceScale?: number | undefined;
  /** Defaults of a second U-Net that was distilled for few steps. */
  readonly fewSteps?: RiffDefaults | undefined;
}

const { promptLength, negativePromptLength, seed, steps, guidanceScale, lengthSeconds, bpm, strength } =
  REQUEST_LIMITS;

const variationSchema = z.strictObject({
  seed: integerBetween('seed', seed),
  amount: numberBetween('amount', strength),
});

/** The most requests in a chain of origins. Each may be a section of a piece, and the longest piece has about a dozen. */
export const MOST_SECTIONS = 16;
const MOST_VARIATIONS = 16;

function tooManySections(origin: unknown): InputFault | null {
  return countNested(origin) < MOST_SECTIONS ? null : { kind: 'tooManySections', most: MOST_SECTIONS };
}

function tooManyVariations(variations: unknown): InputFault | null {
  const isFew = Array.isArray(variations) && variations.length <= MOST_VARIATIONS;
  return isFew ? null : { kind: 'tooManyVariations', most: MOST_VARIATIONS };
}

/** A complete request, as the store, the engine's protocol and the recipe carry it. */
export const riffRequestSchema = z.strictObject({
  prompt: promptUpTo(promptLength.max),
  negativePrompt: textUpTo('negative', negativePromptLength.max),
  seed: integerBetween('seed', seed),
  steps: integerBetween('steps', steps),
  guidanceScale: numberBetween('guidance', guidanceScale),
  scheduler: oneOf('scheduler', SCHEDULER_NAMES),
  profile: oneOf('profile', PROFILE_NAMES),
  lengthSeconds: numberBetween('length', lengthSeconds).optional(),
  bpm: numberBetween('bpm', bpm).optional(),
  loop: z.boolean().optional(),
  variations: z
    .array(variationSchema)
    .readonly()
    .pipe(valid<readonly Variation[]>(tooManyVariations))
    .optional(),
  // Counted before parsing: a file may nest thousands.
  from: valid<unknown>(tooManySections)
    .pipe(z.lazy((): z.ZodType<Origin<RiffRequest>> => nestedOrigin))
    .optional(),
} satisfies Readonly<Record<keyof RiffRequest, z.ZodType>>);

const nestedOrigin = originSchema(riffRequestSchema);

/**
 * Completes and checks a request from outside. `defaults`: the model's, as changed by the profile.
 * Throws UserError that names every invalid field, what was expected and what came.
 */
export function parseRiffRequest(
  input: Partial<RiffRequest>,
  defaults: RiffDefaults,
  freshSeed: number,
): RiffRequest {
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const { steps, scheduler } = defaults;
  const fallbacks: Omit<RiffRequest, 'prompt'> = {
    negativePrompt: '',
    seed: freshSeed,
    steps,
    guidanceScale: proposedGuidance(defaults, input.negativePrompt),
    scheduler,
    profile: DEFAULT_PROFILE,
  };
  return checked(riffRequestSchema, { ...fallbacks, ...given });
}

/** The default guidance: higher with a negative prompt, which has little effect at low guidance. */
function proposedGuidance(defaults: RiffDefaults, negativePrompt: unknown): number {
  const { guidanceScale, negativeGuidanceScale = guidanceScale } = defaults;
  const isNegative = typeof negativePrompt === 'string' && isVisible(negativePrompt);
  return isNegative ? negativeGuidanceScale : guidanceScale;
}
