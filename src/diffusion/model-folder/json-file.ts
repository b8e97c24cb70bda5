import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { messageOf, RiffError } from '../../errors.ts';
import { readOrdinaryFile } from '../../system/ordinary-file.ts';

const REMEDY = 'fetch or convert the model again';

/** What is wrong with one file of a model folder. */
export function invalidModel(file: string, expected: string, found: string, remedy = REMEDY): RiffError {
  return new RiffError('invalid_model', `${file}: expected ${expected}, got ${found}; ${remedy}`);
}

/** A text file of the folder, without a byte order mark. Throws RiffError('invalid_model') when it cannot be read. */
export async function readText(folder: string, name: string, expected: string): Promise<string> {
  const path = join(folder, name);
  try {
    return (await readOrdinaryFile(path)).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw invalidModel(path, expected, whyUnreadable(error));
  }
}

/** A JSON file of the folder, checked. Throws RiffError('invalid_model') that names every key at fault. */
export async function readJson<T>(folder: string, name: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(folder, name);
  const text = await readText(folder, name, 'a JSON file');
  let value: unknown;
  try {
    value = parsePythonJson(text);
  } catch (error) {
    throw invalidModel(path, 'JSON', `${text.length} characters that are none (${messageOf(error)})`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path: keys, message }) => {
    const at = keys.length === 0 ? '' : `${keys.join('.')}: `;
    return `${at}${message} (it holds ${shown(valueAt(value, keys))})`;
  });
  throw invalidModel(path, 'settings that Riff can run', faults.join('; '), 'use a model that has them');
}

/** undefined where the file does not exist. Throws as readJson() does, also for one that may not be read. */
export async function readOptionalJson<T>(
  folder: string,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const isMissing = await stat(join(folder, name)).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
  if (isMissing) return undefined;
  return readJson(folder, name, schema);
}

export function whyUnreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' ? 'no such file' : `an unreadable one (${messageOf(error)})`;
}

/** Python's json module writes bare Infinity, -Infinity and NaN, which JSON has no words for. */
export function parsePythonJson(text: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;
  const words: Readonly<Record<string, string>> = { Infinity: '1e999', '-Infinity': '-1e999', NaN: 'null' };
  return JSON.parse(text.replace(tokens, (token) => words[token] ?? token));
}

function valueAt(value: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : (JSON.stringify(value)?.slice(0, 60) ?? String(value));
}
