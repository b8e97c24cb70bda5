import { Tokenizer } from '@huggingface/tokenizers';
import type { ClipVocabulary } from './clip-vocabulary.ts';

export interface TokenizedText {
  /** `maxLength` ids: start, the text, end, padding. */
  readonly ids: readonly number[];
  /** What did not fit, empty where all did. Begins at the first word that was not taken whole. */
  readonly cutText: string;
  /** Words that a small vocabulary has no token for, in lower case, each once. */
  readonly unknownWords: readonly string[];
}

export interface ClipTokenizer {
  tokenize(text: string): TokenizedText;
}

/** A vocabulary below this size was made for one subject, and a word in pieces means little to its model. */
const SMALL_VOCABULARY = 10_000;
const WORD_END = '</w>';

/**
 * Texts to ids as transformers' CLIPTokenizer (5.23.0) makes them. The pieces run in @huggingface/tokenizers; special
 * tokens are split off here, since the library also takes them for special after lower-casing.
 */
export function clipTokenizer(vocabulary: ClipVocabulary, maxLength: number): ClipTokenizer {
  const tokenizer = new Tokenizer(tokenizerJson(vocabulary), { tokenizer_class: 'CLIPTokenizer' });
  const special = [...new Set([vocabulary.start, vocabulary.end, vocabulary.padding, vocabulary.unknown])];
  const separator = new RegExp(`(${special.map(escaped).join('|')})`, 'u');
  const idOf = (token: string): number =>
    vocabulary.ids.get(token) ?? vocabulary.ids.get(vocabulary.unknown) ?? 0;
  const piecesOf = (section: string): readonly string[] => {
    if (section === '') return [];
    return special.includes(section) ? [section] : tokenizer.tokenize(section);
  };

  return {
    tokenize(text) {
      const pieces = text.split(separator).flatMap(piecesOf);
      const room = maxLength - 2;
      const taken = [vocabulary.start, ...pieces.slice(0, room), vocabulary.end].map(idOf);
      const padding = new Array<number>(maxLength - taken.length).fill(idOf(vocabulary.padding));
      const words = wordsOf(pieces, special);
      return {
        ids: [...taken, ...padding],
        cutText: words
          .filter((word) => word.end > room)
          .map((word) => word.text)
          .join(' '),
        unknownWords: vocabulary.ids.size < SMALL_VOCABULARY ? unknownWords(words) : [],
      };
    },
  };
}

/**
 * The steps of transformers' CLIPTokenizer as tokenizers.js needs them: JavaScript alone lowers a last Σ to ς, and its
 * own \s in the byte-level pattern holds U+FEFF, so that pattern is left to the first split.
 */
function tokenizerJson({ ids, merges, unknown }: ClipVocabulary): object {
  const words = String.raw`'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+`;
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
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
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
  readonly text: string;
  readonly pieces: number;
  /** Index after its last piece. */
  readonly end: number;
}

function wordsOf(pieces: readonly string[], special: readonly string[]): Word[] {
  const words: Word[] = [];
  let begin = 0;
  for (const [index, piece] of pieces.entries()) {
    if (!piece.endsWith(WORD_END) && !special.includes(piece)) continue;
    const end = index + 1;
    const text = special.includes(piece) ? piece : bytesToText(pieces.slice(begin, end).join(''));
    words.push({ text, pieces: end - begin, end });
    begin = end;
  }
  return words;
}

/** Only words of letters: digits, punctuation and 's tell the model little anyway. */
function unknownWords(words: readonly Word[]): string[] {
  const unknown = words.filter(({ text, pieces }) => pieces > 1 && /^\p{L}{2,}/u.test(text));
  return [...new Set(unknown.map(({ text }) => text))];
}

function bytesToText(piece: string): string {
  const characters = [...piece.slice(0, -WORD_END.length)];
  return Buffer.from(characters.map((character) => BYTE_OF.get(character) ?? 0x3f)).toString('utf8');
}

/** GPT-2's alphabet: printable Latin-1 stands for itself, the other bytes for U+0100 and on. */
const BYTE_OF: ReadonlyMap<string, number> = (() => {
  const alphabet = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const stands = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
    alphabet.set(String.fromCodePoint(stands ? byte : next++), byte);
  }
  return alphabet;
})();
