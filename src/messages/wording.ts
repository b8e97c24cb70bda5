import type { Language } from './languages.ts';

/** How a language writes numbers and the words beside them. */
export interface Wording {
  /** `1 riff`, `2 riffs`; French: `0 riff`. `many` is `one` with an “s” by default. */
  counted(count: number, one: string, many?: string): string;
  /** `1st`, `2nd`, `11th`; German `1.`, French `1er`, `2e`. */
  ordinal(position: number): string;
  /** `5.1`, German and French `5,1`; `digits` after the decimal point, by default 1. */
  decimal(value: number, digits?: number): string;
  /** Milliseconds as `5.1 s`, German and French `5,1 s` with a no-break space. */
  seconds(ms: number, digits?: number): string;
  /** A share of 1 as `40%`, German and French `40 %`. */
  percent(share: number): string;
  /** Bytes as `9.5`, to stand before “MiB” or “Mio”. */
  mebibytes(bytes: number): string;
}

const MEBIBYTE = 1024 * 1024;

/** What follows an ordinal number, by its plural form. */
const ORDINAL_SUFFIXES: Readonly<Record<Language, Readonly<Partial<Record<Intl.LDMLPluralRule, string>>>>> = {
  en: { one: 'st', two: 'nd', few: 'rd', other: 'th' },
  de: { other: '.' },
  fr: { one: 'er', other: 'e' },
};

function wordingOf(language: Language): Wording {
  const plurals = new Intl.PluralRules(language);
  const ordinals = new Intl.PluralRules(language, { type: 'ordinal' });
  const suffixes = ORDINAL_SUFFIXES[language];
  // English is also read in terminals and logs, where a no-break space would be in the way of a search.
  const beforeUnit = language === 'en' ? ' ' : '\u00a0';
  const decimal = (value: number, digits = 1): string =>
    value.toLocaleString(language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: false,
    });
  return {
    counted: (count, one, many = `${one}s`) => `${count} ${plurals.select(count) === 'one' ? one : many}`,
    ordinal: (position) => `${position}${suffixes[ordinals.select(position)] ?? suffixes.other}`,
    decimal,
    seconds: (ms, digits) => `${decimal(ms / 1000, digits)}${beforeUnit}s`,
    percent: (share) => share.toLocaleString(language, { style: 'percent' }),
    mebibytes: (bytes) => decimal(bytes / MEBIBYTE),
  };
}

export const english = wordingOf('en');
export const german = wordingOf('de');
export const french = wordingOf('fr');

const WORDINGS: Readonly<Record<Language, Wording>> = { en: english, de: german, fr: french };

export function wordingIn(language: Language): Wording {
  return WORDINGS[language];
}
