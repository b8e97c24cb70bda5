import type { Notice, TextKind } from '../messages/notices.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { Window, Words } from '../riff/strip.ts';
import type { TokenizedText } from './clip-tokenizer.ts';
import type { TextEncoder } from './text-encoder.ts';

/** A window whose words are embeddings [textLength, width]. */
export interface EncodedWindow {
  readonly column: number;
  readonly prompt: Float32Array;
  readonly negative: Float32Array;
}

type Texts = Omit<EncodedWindow, 'column'>;

export interface EncodedWindows {
  readonly windows: readonly EncodedWindow[];
  /** About how the texts were read, each once. */
  readonly warnings: readonly Notice[];
}

interface WindowTextOptions {
  readonly guidanceScale: number;
  /** See textWarnings. */
  readonly hasNag: boolean;
  readonly signal?: AbortSignal;
}

/** Embeds the words of every window; where other words are mixed in, the hidden states are mixed in proportion. */
export async function encodeWindows(
  text: TextEncoder,
  windows: readonly Window[],
  { guidanceScale, hasNag, signal }: WindowTextOptions,
): Promise<EncodedWindows> {
  const warnings = new Map<string, Notice>();
  const encode = async (words: Words): Promise<Texts> => {
    const prompt = await text.encode(words.prompt, signal);
    const negative = await text.encode(words.negativePrompt, signal);
    const { negativePrompt } = words;
    for (const warning of textWarnings({ guidanceScale, negativePrompt }, prompt, negative, hasNag))
      warnings.set(JSON.stringify(warning), warning);
    // At guidance 1 an empty negative prompt is no direction to be guided away from.
    const away = guidanceScale === 1 && negativePrompt === '' ? prompt : negative;
    return { prompt: prompt.embeddings, negative: away.embeddings };
  };
  const encoded: EncodedWindow[] = [];
  for (const { column, words, mix } of windows) {
    const own = await encode(words);
    const mixed = mix ? mixedBy(own, await encode(mix.words), mix.amount) : own;
    encoded.push({ column, ...mixed });
  }
  return { windows: encoded, warnings: [...warnings.values()] };
}

function mixedBy(one: Texts, other: Texts, amount: number): Texts {
  const between = (a: Float32Array, b: Float32Array): Float32Array =>
    a.map((value, i) => value + amount * (b[i]! - value));
  return { prompt: between(one.prompt, other.prompt), negative: between(one.negative, other.negative) };
}

/**
 * Warnings about how the texts were read, the most important first. `hasNag`: the U-Net reads the negative prompt at
 * guidance 1, too.
 */
export function textWarnings(
  request: Pick<RiffRequest, 'guidanceScale' | 'negativePrompt'>,
  prompt: TokenizedText,
  negative: TokenizedText,
  hasNag: boolean,
): readonly Notice[] {
  const ofPrompt = warningsOf('prompt', prompt);
  if (request.guidanceScale !== 1 || hasNag) return [...ofPrompt, ...warningsOf('negative', negative)];
  return request.negativePrompt === '' ? ofPrompt : [...ofPrompt, { kind: 'negativeHasNoEffect' }];
}

function warningsOf(
  of: TextKind,
  { ids, cutText, correctedWords, unknownWords, knowsNone }: TokenizedText,
): Notice[] {
  // The model then sees only padding, and pieces of words that mean nothing to it.
  if (knowsNone) return [{ kind: of === 'prompt' ? 'noPromptWordKnown' : 'noNegativeWordKnown' }];
  const warnings: Notice[] = [];
  if (cutText !== '') warnings.push({ kind: 'cutOff', of, tokens: ids.length, text: cutText });
  if (correctedWords.length > 0) warnings.push({ kind: 'readAsNear', of, words: correctedWords });
  if (unknownWords.length > 0) warnings.push({ kind: 'unknownWords', of, words: unknownWords });
  return warnings;
}
