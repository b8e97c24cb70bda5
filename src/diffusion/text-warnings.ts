import type { Notice, TextKind } from '../messages/notices.ts';
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
): readonly Notice[] {
  const ofPrompt = warningsOf('prompt', prompt);
  if (request.guidanceScale !== 1 || hasNag) return [...ofPrompt, ...warningsOf('negative', negative)];
  return request.negativePrompt === '' ? ofPrompt : [...ofPrompt, { kind: 'negativeHasNoEffect' }];
}

function warningsOf(
  of: TextKind,
  { ids, cutText, correctedWords, unknownWords, knowsNone }: TokenizedText,
): Notice[] {
  // The model then follows padding, and pieces of words that mean nothing to it.
  if (knowsNone) return [{ kind: of === 'prompt' ? 'noPromptWordKnown' : 'noNegativeWordKnown' }];
  const warnings: Notice[] = [];
  if (cutText !== '') warnings.push({ kind: 'cutOff', of, tokens: ids.length, text: cutText });
  if (correctedWords.length > 0) warnings.push({ kind: 'readAsNear', of, words: correctedWords });
  if (unknownWords.length > 0) warnings.push({ kind: 'unknownWords', of, words: unknownWords });
  return warnings;
}
