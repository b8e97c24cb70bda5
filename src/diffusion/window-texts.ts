import type { Notice } from '../messages/notices.ts';
import type { Window, Words } from '../riff/strip.ts';
import type { TextEncoder } from './text-encoder.ts';
import { textWarnings } from './text-warnings.ts';

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
    // At guidance 1 the empty text is no direction to go away from.
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
