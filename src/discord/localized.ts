import { inLocale, LANGUAGES, type Texts, type Words } from '../messages/languages.ts';

type Translations = Readonly<Record<string, string>>;

export type LocalizedWords = ReturnType<typeof localized>;

/** Name and description of a command or an option in all languages, as its definition carries them. */
export function localized<Key extends string>(table: Texts<Readonly<Record<Key, Words>>>, key: Key) {
  const { name, description } = table.en[key];
  return {
    name,
    name_localizations: translations((locale) => inLocale(table, locale)[key].name),
    description,
    description_localizations: translations((locale) => inLocale(table, locale)[key].description),
  };
}

/** The name of a command in menus, which has no description. */
export function localizedName<Key extends string>(table: Texts<Readonly<Record<Key, string>>>, key: Key) {
  return {
    name: table.en[key],
    name_localizations: translations((locale) => inLocale(table, locale)[key]),
  };
}

/** A choice of an option, by its name in all languages. */
export function localizedChoice<Key extends string, Value extends string>(
  table: Texts<Readonly<Record<Key, string>>>,
  key: Key,
  value: Value,
) {
  const name_localizations = translations((locale) => inLocale(table, locale)[key]);
  return { name: table.en[key], name_localizations, value };
}

/** Discord shows English where it knows no other text, so that needs no translation. */
function translations(textIn: (locale: string) => string): Translations {
  const locales = LANGUAGES.filter((language) => language !== 'en');
  return Object.fromEntries(locales.map((locale) => [locale, textIn(locale)]));
}
