import type { RiffRequest } from '../riff/request.ts';
import type { TokenizedText } from './clip-tokenizer.ts';

/**
 * Warnings about how the texts were read, the most important first. `hasNag`: the U-Net reads the negative prompt at
 * guidance 1, too.
 */
export function textWarnings(
  request: Pick<RiffRequest, 'guidanceScale' | 'negativePrompt'>,
  prompt: TokenizedText,
  negative: TokenizedText,
  hasNag: boolean,
): readonly string[] {
  const ofPrompt = warningsOf('prompt', prompt);
  if (request.guidanceScale !== 1 || hasNag) return [...ofPrompt, ...warningsOf('negative prompt', negative)];
  if (request.negativePrompt === '') return ofPrompt;
  return [...ofPrompt, 'The negative prompt has no effect at guidance 1; choose a higher guidance.'];
}

function warningsOf(
  which: 'prompt' | 'negative prompt',
  { ids, cutText, correctedWords, unknownWords, knowsNone }: TokenizedText,
): string[] {
  if (knowsNone) return [noneKnown(which)];
  const warnings: string[] = [];
  if (cutText !== '') {
    warnings.push(
      `The ${which} is longer than the ${ids.length} tokens that the model reads; left out: “${shortened(cutText)}”.`,
    );
  }
  if (correctedWords.length > 0) {
    const words = correctedWords.map(({ typed, read }) => `“${typed}” as “${read}”`).join(', ');
    warnings.push(`The model read words of the ${which} it does not know as near ones: ${shortened(words)}.`);
  }
  if (unknownWords.length > 0) {
    const words = unknownWords.map((word) => `“${word}”`).join(', ');
    warnings.push(`The model does not know these words of the ${which}: ${shortened(words)}.`);
  }
  return warnings;
}

/** The model then follows padding, and pieces of words that mean nothing to it. */
export function noneKnown(which: 'prompt' | 'negative prompt'): string {
  const so = which === 'prompt' ? 'this riff is chance' : 'it takes nothing away';
  return `The model knows none of the words of the ${which}, so ${so}.`;
}

const SHOWN_CHARACTERS = 200;

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= SHOWN_CHARACTERS) return text;
  return `${characters.slice(0, SHOWN_CHARACTERS).join('')}…`;
}
