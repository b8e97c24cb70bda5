import { batchTexts } from './batch.ts';
import type { Language } from './languages.ts';
import { morphTexts } from './morph.ts';
import { presetTexts } from './preset.ts';
import { queueTexts } from './queue.ts';
import { remixTexts } from './remix.ts';
import { riffTexts } from './riff.ts';
import { settingsCommandTexts } from './settings.ts';

const TABLES = [riffTexts, remixTexts, presetTexts, batchTexts, morphTexts, queueTexts, settingsCommandTexts];

/** A file in a message: not an option, but named in faults like one. */
const FILE: Readonly<Record<Language, string>> = { en: 'file', de: 'datei', fr: 'fichier' };

/** The option's name in the language, such as `länge` for `length`; unchanged if no command has it. */
export function optionName(name: string, language: Language): string {
  for (const table of TABLES) {
    const row = Object.entries(table.en).find(([, words]) => nameIn(words) === name)?.[0];
    const shown = row === undefined ? undefined : nameIn(Reflect.get(table[language], row));
    if (shown !== undefined) return shown;
  }
  return name === FILE.en ? FILE[language] : name;
}

function nameIn(row: unknown): string | undefined {
  return typeof row === 'object' && row !== null && 'name' in row ? String(row.name) : undefined;
}
