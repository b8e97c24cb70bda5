import { globSync } from 'node:fs';
import { LANGUAGES, type Language, type Texts } from '../../src/messages/languages.ts';

export type Row = string | ((...values: never[]) => unknown) | Readonly<Record<string, unknown>>;

/** The parts of the table of messages, by the name that they are exported under. */
export async function tableOfMessages(): Promise<ReadonlyMap<string, Texts<Readonly<Record<string, Row>>>>> {
  const parts = new Map<string, Texts<Readonly<Record<string, Row>>>>();
  for (const file of globSync('src/messages/*.ts')) {
    const exported: Readonly<Record<string, unknown>> = await import(`../../${file}`);
    for (const [name, value] of Object.entries(exported)) if (isTexts(value)) parts.set(name, value);
  }
  return parts;
}

/** The sentences of a row: itself, or (a command's name and description) those in it. */
export function leavesOf(
  row: Row | undefined,
  path: string,
): readonly (readonly [path: string, leaf: Row])[] {
  if (typeof row !== 'object') return row === undefined ? [] : [[path, row]];
  return Object.entries(row).flatMap(([key, inner]) => leavesOf(inner as Row, `${path}.${key}`));
}

function isTexts(value: unknown): value is Texts<Readonly<Record<string, Row>>> {
  if (typeof value !== 'object' || value === null) return false;
  return LANGUAGES.every((language: Language) => typeof Reflect.get(value, language) === 'object');
}
