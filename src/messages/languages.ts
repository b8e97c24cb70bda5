/** The languages that Riff speaks. */
export const LANGUAGES = ['en', 'de', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** `locale`: Discord's, such as `de`, `fr` or `en-GB`. English for languages that Riff does not speak. */
export function languageOf(locale: string | null): Language {
  const [primary] = (locale ?? '').split('-');
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}

/** The same texts in every language; the compiler finds those that a language lacks. */
export type Texts<Column> = Readonly<Record<Language, Column>>;

/**
 * A part of the table of messages: a column for each language, and a row for each text. A row is a string, a function
 * of what the text names, or the `Words` of a command. English comes first, and gives the others their type.
 */
export function texts<Column extends object>(
  columns: { readonly en: Column } & Readonly<Record<Exclude<Language, 'en'>, NoInfer<Column>>>,
): Texts<Column> {
  return columns;
}

/** The column that a user of this locale reads. */
export function inLocale<Column>(table: Texts<Column>, locale: string | null): Column {
  return table[languageOf(locale)];
}

/** The name and description that Discord shows for a command or an option. */
export interface Words {
  /** 1 to 32 lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
}
