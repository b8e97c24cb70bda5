/**
 * Characters that look like a Latin letter, keyed by that letter: a selection from Cyrillic, Greek, Armenian, Cherokee,
 * the phonetic alphabet and small capitals. Full-width, circled, mathematical and accented letters are not listed: NFKD
 * has already resolved them. Lower case only, because the text is case-folded first.
 */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: 'аαɑᴀɐꭺ⍺',
  b: 'ьвβʙƀɓƃъᏼꮟ',
  c: 'сϲᴄƈȼꮯⅽ',
  d: 'δԁɗđᴅɖꮷ',
  e: 'еєεɛᴇәəɘꮛҽ',
  f: 'ғƒꜰϝ',
  g: 'ɡɢցɠǥԍ',
  h: 'һнհʜħɦꮋ',
  i: 'іιıɪӏꭵɨ',
  j: 'јϳᴊɉʝ',
  k: 'кκᴋƙқҝ',
  l: 'ⅼʟłɭƚլ',
  m: 'мᴍɱꮇ',
  n: 'пηռɴŋɲƞո',
  o: 'оοσօᴏøɔθөꮎ',
  p: 'рρᴘƥϸꮲ',
  q: 'ԛզɋ',
  r: 'гʀɍɾꮁя',
  s: 'ѕʂꜱꮪ',
  t: 'тτᴛŧƭꮦ',
  u: 'υᴜʉս',
  v: 'ѵνᴠʋꮩ',
  w: 'шщԝωᴡꮃɯ',
  x: 'хχҳ',
  y: 'уγүʏɏყч',
  z: 'ᴢƶʐȥꮓ',
};

/** Blocks of 26 letters that NFKD does not resolve: regional indicators, white on black circles and squares. */
const LETTER_ROWS = [0x1f1e6, 0x1f150, 0x1f170];

/** Case-folded character → the Latin letter it looks like. */
const LETTER_OF: ReadonlyMap<string, string> = new Map([...lookAlikes(), ...letterRows()]);

/** Format and control characters, lone surrogates, fillers and combining marks: nothing that a reader sees as a letter. */
const INVISIBLE = /[\p{Cf}\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Mn}\p{Me}]/gu;
const WHITE_SPACE = /\s+/gu;

/**
 * Normalises a text for comparing words: single spaces, no invisible characters, no accents, lower case, and Latin letters
 * in place of compatibility forms (full-width, circled, mathematical) and look-alikes from other alphabets. Idempotent.
 * The model gets the original text.
 */
export function foldText(text: string): string {
  const spaced = text.replace(WHITE_SPACE, ' ');
  const letters = Array.from(foldCase(bare(spaced)), (character) => LETTER_OF.get(character) ?? character);
  return letters.join('').normalize('NFC').replace(WHITE_SPACE, ' ').trim();
}

/** Lower, upper and lower again: a single pass misses the sharp s, the dotless i and the final sigma. */
function foldCase(text: string): string {
  return bare(text.toLowerCase().toUpperCase().toLowerCase());
}

function bare(text: string): string {
  return text.normalize('NFKD').replace(INVISIBLE, '');
}

function* lookAlikes(): Generator<[string, string]> {
  for (const [letter, characters] of Object.entries(LOOK_ALIKES)) {
    for (const character of characters) yield [character, letter];
  }
}

function* letterRows(): Generator<[string, string]> {
  for (const start of LETTER_ROWS) {
    for (let index = 0; index < 26; index++) {
      yield [String.fromCodePoint(start + index), String.fromCodePoint(0x61 + index)];
    }
  }
}
