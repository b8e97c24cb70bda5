import { plainLetter } from './confusables.ts';

/** Format and control characters, lone surrogates, fillers and combining marks: nothing that a reader sees as a letter. */
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}]/gu;
const WHITE_SPACE = /\s+/gu;

/**
 * The copy of a text on which words are compared: white space as single spaces, invisible characters and accents gone,
 * compatibility forms (full-width, circled, mathematical letters) and look-alikes of other alphabets as Latin letters,
 * lower case. Folding a folded text changes nothing. Only for comparing: the model gets the original.
 */
export function foldText(text: string): string {
  const spaced = text.replace(WHITE_SPACE, ' ');
  const folded = Array.from(foldCase(bare(spaced)), plainLetter).join('');
  return folded.normalize('NFC').replace(WHITE_SPACE, ' ').trim();
}

/** Down, up and down again: only so do both sharp s, the dotless i and the final sigma fold. */
function foldCase(text: string): string {
  return bare(text.toLowerCase().toUpperCase().toLowerCase());
}

function bare(text: string): string {
  return text.normalize('NFKD').replace(INVISIBLE, '');
}
