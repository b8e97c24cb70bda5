import { Tokenizer } from '@huggingface/tokenizers';
import type { ClipVocabulary } from './clip-vocabulary.ts';
import { nearestWord } from './closed-vocabulary.ts';

export interface TokenizedText {
  /** `maxLength` ids: start, the text, end, padding. */
  readonly ids: readonly number[];
  /** The text that did not fit, as typed, from the first word that was cut; empty if everything fitted. */
  readonly cutText: string;
  /** Words before the cut that were read as a known word one letter away (closed vocabularies only), each once. */
  readonly correctedWords: readonly CorrectedWord[];
  /** Words before the cut that a small vocabulary has no token for, in lower case, each once. */
  readonly unknownWords: readonly string[];
  /** Whether the text has words, but a small vocabulary has a token for none of them. */
  readonly knowsNone: boolean;
}

export interface CorrectedWord {
  readonly typed: string;
  readonly read: string;
}

export interface ClipTokenizer {
  tokenize(text: string): TokenizedText;
}

/** Smaller vocabularies are made for one subject; to their models, a word split into pieces means little. */
const SMALL_VOCABULARY = 10_000;
const WORD_END = '</w>';
/** CLIP's words: contractions, letters, single digits, runs of anything else. */
const WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;

/**
 * Texts to ids as transformers' CLIPTokenizer (5.23.0) makes them. The pieces run in @huggingface/tokenizers; special
 * tokens are split off here, since the library also takes them for special after lower-casing. One departure: with a
 * closed vocabulary only the words that have a token are read, since the model knows no others; a word one letter away
 * from a known word is read as that word.
 */
export function clipTokenizer(vocabulary: ClipVocabulary, maxLength: number): ClipTokenizer {
  const tokenizer = new Tokenizer(tokenizerJson(vocabulary), { tokenizer_class: 'CLIPTokenizer' });
  const special = [...new Set([vocabulary.start, vocabulary.end, vocabulary.padding, vocabulary.unknown])];
  const separator = new RegExp(`(${special.map(escaped).join('|')})`, 'u');
  const { isClosed = false } = vocabulary;
  const isSmall = isClosed || vocabulary.ids.size < SMALL_VOCABULARY;
  const idOf = (token: string): number =>
    vocabulary.ids.get(token) ?? vocabulary.ids.get(vocabulary.unknown) ?? 0;
  const piecesOf = (section: string): readonly string[] => {
    if (section === '') return [];
    return special.includes(section) ? [section] : tokenizer.tokenize(section);
  };

  return {
    tokenize(text) {
      const pieces = text.split(separator).flatMap(piecesOf);
      const isKnown = ({ pieces }: Word): boolean =>
        !isSmall || (pieces.length === 1 && vocabulary.ids.has(pieces[0] ?? ''));
      const words = wordsOf(pieces, special).map((word) =>
        isClosed && !isKnown(word) ? corrected(word, vocabulary) : word,
      );
      const room = maxLength - 2;
      const read = isClosed ? words.filter(isKnown).flatMap((word) => word.pieces) : pieces;
      const taken = [vocabulary.start, ...read.slice(0, room), vocabulary.end].map(idOf);
      const padding = new Array<number>(maxLength - taken.length).fill(idOf(vocabulary.padding));
      const cutAt = firstCut(words, isClosed ? isKnown : () => true, room);
      const unknown = words.slice(0, cutAt).filter((word) => !isKnown(word));
      return {
        ids: [...taken, ...padding],
        cutText: sourceFrom(cutAt, words, text, special),
        correctedWords: correctionsOf(words.slice(0, cutAt)),
        unknownWords: namedOf(unknown.filter(isOfLetters)),
        knowsNone: words.length > 0 && !words.some((word) => isKnown(word) && isOfLetters(word)),
      };
    },
  };
}

/**
 * transformers' CLIPTokenizer as a configuration of tokenizers.js, with two workarounds: Σ is replaced first, because
 * JavaScript lower-cases a final one to ς; the byte-level pattern is off and the split before it does its work, because
 * JavaScript's \s in that pattern also matches U+FEFF.
 */
function tokenizerJson({ ids, merges, unknown }: ClipVocabulary): object {
  return {
    added_tokens: [],
    post_processor: null,
    decoder: { type: 'ByteLevel' },
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
        { type: 'Replace', pattern: { String: 'Σ' }, content: 'σ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    model: {
      type: 'BPE',
      unk_token: unknown,
      continuing_subword_prefix: '',
      end_of_word_suffix: WORD_END,
      fuse_unk: false,
      vocab: Object.fromEntries(ids),
      merges,
    },
  };
}

function escaped(token: string): string {
  return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

interface Word {
  /** In lower case. */
  readonly text: string;
  readonly pieces: readonly string[];
  /** The known word that it is read as. */
  readonly corrected?: string;
}

function wordsOf(pieces: readonly string[], special: readonly string[]): Word[] {
  const words: Word[] = [];
  let begin = 0;
  for (const [index, piece] of pieces.entries()) {
    if (!piece.endsWith(WORD_END) && !special.includes(piece)) continue;
    const own = pieces.slice(begin, index + 1);
    words.push({ text: special.includes(piece) ? piece : bytesToText(own.join('')), pieces: own });
    begin = index + 1;
  }
  return words;
}

/** The word with the token of a known word that is one letter away, if there is one. */
function corrected(word: Word, { ids }: ClipVocabulary): Word {
  const near = nearestWord(word.text, (other) => ids.has(other + WORD_END));
  return near === undefined ? word : { ...word, pieces: [near + WORD_END], corrected: near };
}

function correctionsOf(words: readonly Word[]): CorrectedWord[] {
  const read = new Map(
    words.flatMap(({ text, corrected }) => (corrected === undefined ? [] : [[text, corrected]])),
  );
  return [...read].map(([typed = '', read = '']) => ({ typed, read }));
}

/** Index of the first word whose pieces do not all fit; the number of words if all fit. */
function firstCut(words: readonly Word[], isRead: (word: Word) => boolean, room: number): number {
  let used = 0;
  const cut = words.findIndex((word) => {
    if (isRead(word)) used += word.pieces.length;
    return used > room;
  });
  return cut === -1 ? words.length : cut;
}

/** The text as typed, from a word on; the lower-case words if lower-casing changed their number. */
function sourceFrom(index: number, words: readonly Word[], text: string, special: readonly string[]): string {
  if (index >= words.length) return '';
  const source = text.normalize('NFC');
  const pattern = new RegExp(`${special.map(escaped).join('|')}|${WORDS}`, 'giu');
  const starts = [...source.matchAll(pattern)].map((match) => match.index);
  if (starts.length === words.length) return source.slice(starts[index]).trim();
  return words
    .slice(index)
    .map((word) => word.text)
    .join(' ');
}

/** Whether it is worth reporting as unknown: digits, punctuation and 's mean little to a model. */
function isOfLetters({ text }: Word): boolean {
  return /^\p{L}{2,}/u.test(text);
}

function namedOf(words: readonly Word[]): string[] {
  return [...new Set(words.map(({ text }) => text))];
}

function bytesToText(piece: string): string {
  const characters = [...piece.slice(0, -WORD_END.length)];
  return Buffer.from(characters.map((character) => BYTE_OF.get(character) ?? 0x3f)).toString('utf8');
}

/** GPT-2's byte alphabet: a printable byte of Latin-1 is its own character, the others are U+0100 and on. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const alphabet = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    alphabet.set(String.fromCodePoint(isPrintable ? byte : next++), byte);
  }
  return alphabet;
})();
