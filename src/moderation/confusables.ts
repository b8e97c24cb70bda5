/**
 * Characters that are drawn like a Latin letter, by the letter they pass for. Only what decomposition (NFKD) and case
 * folding leave over: full-width, circled, mathematical and accented letters are gone before this table is asked.
 * Own selection from the look-alikes of Cyrillic, Greek, Armenian, Cherokee, the phonetic alphabet and small capitals;
 * lower case only, because the text is case-folded first.
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

/** Rows of 26 letters that Unicode leaves undecomposed: regional indicators, white on black circles and squares. */
const LETTER_ROWS = [0x1f1e6, 0x1f150, 0x1f170];

const letterOf = new Map<string, string>([...lookAlikes(), ...letterRows()]);

/** The Latin letter that a case-folded character passes for, or the character itself. */
export function plainLetter(character: string): string {
  return letterOf.get(character) ?? character;
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
