import { realpath, stat } from 'node:fs/promises';
import { DEFAULTS } from '../config.ts';
import { messageOf, UserError } from '../errors.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { readEnvFile, readEnvText } from '../system/env-file.mjs';

const LINE = /^[ \t]*(?:export[ \t]+)?MODEL[ \t]*=.*$/gm;

/** What MODEL says: the environment before .env, as everywhere in Riff. */
export async function chosenModel(envFile: string, env: NodeJS.ProcessEnv): Promise<string> {
  return env.MODEL?.trim() || (await modelInFile(envFile)) || DEFAULTS.model;
}

/** What .env says; undefined where it is silent. */
export async function modelInFile(envFile: string): Promise<string | undefined> {
  return told(() => readEnvFile(envFile)).MODEL?.trim() || undefined;
}

/**
 * Writes MODEL into .env: its last line of that name is replaced, or one is added; all else stays as it is, the
 * file's mode, too (it holds the bot's token).
 */
export async function chooseModel(envFile: string, model: string): Promise<void> {
  const path = await realpath(envFile).catch(() => envFile);
  const before = told(() => readEnvText(path));
  const mode = await stat(path).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  await writeFileAtomically(path, withModel(before, model), mode);
}

function withModel(before: string, model: string): string {
  const line = `MODEL=${/^[\w./-]+$/.test(model) ? model : quoted(model)}`;
  const last = [...before.matchAll(LINE)].at(-1);
  if (last) return before.slice(0, last.index) + line + before.slice(last.index + last[0].length);
  const newline = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' || before.endsWith('\n') ? '' : newline;
  return `${before}${gap}${line}${newline}`;
}

/** dotenv takes single quotes literally; within double quotes it reads \n and \r as line breaks. */
function quoted(model: string): string {
  return model.includes("'") ? `"${model}"` : `'${model}'`;
}

/** Throws UserError for a file that is not text: the user has to fix it. */
function told<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(messageOf(error), { cause: error });
  }
}
