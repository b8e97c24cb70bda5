import { realpath, stat } from 'node:fs/promises';
import { DEFAULTS } from '../config.ts';
import { messageOf, UserError } from '../errors.ts';
import { writeFileAtomically } from '../system/atomic-file.ts';
import { expandHome } from '../system/cache-folder.mjs';
import { parseEnvText, readEnvFile, readEnvText } from '../system/env-file.mjs';

const LINE = /^[ \t]*(?:export[ \t]+)?MODEL[ \t]*=.*$/gm;

/** The value of MODEL. The environment wins over .env even when it is empty, as for the bot. */
export async function chosenModel(envFile: string, env: NodeJS.ProcessEnv): Promise<string> {
  return expandHome((env.MODEL ?? (await modelInFile(envFile)))?.trim() || DEFAULTS.model);
}

/** MODEL in .env; undefined if it is not set there. */
export async function modelInFile(envFile: string): Promise<string | undefined> {
  return orUserError(() => readEnvFile(envFile)).MODEL?.trim() || undefined;
}

/**
 * Writes MODEL into .env: replaces the last line that sets it, or adds one. Keeps everything else, including the file's
 * mode, since the file holds the bot's token. Writes UTF-8.
 * Throws UserError for a file that is not text or cannot be written, and for a path that .env cannot hold.
 */
export async function chooseModel(envFile: string, model: string): Promise<void> {
  const path = await realpath(envFile).catch(() => envFile);
  const before = orUserError(() => readEnvText(path));
  const mode = await stat(path).then(
    (stats) => stats.mode & 0o777,
    () => 0o600,
  );
  const after = withModel(before, model);
  await writeFileAtomically(path, after, mode).catch((cause: unknown) => {
    throw new UserError(
      `${path}: expected a file that can be written, got ${messageOf(cause)}; set MODEL in the environment`,
      { cause },
    );
  });
}

function withModel(before: string, model: string): string {
  const line = assignment(model);
  const last = [...before.matchAll(LINE)].at(-1);
  const replaced = last && before.slice(0, last.index) + line + before.slice(last.index + last[0].length);
  // A later line in another form, "MODEL: x", would win.
  if (replaced !== undefined && parseEnvText(replaced).MODEL === model) return replaced;
  const newline = before.includes('\r\n') ? '\r\n' : '\n';
  const gap = before === '' || before.endsWith('\n') ? '' : newline;
  return `${before}${gap}${line}${newline}`;
}

/** Quotes the value so that it is read back unchanged. */
function assignment(model: string): string {
  const quotes = /^[\w./-]+$/.test(model) ? [''] : ["'", '"', '`'];
  const lines = quotes.map((quote) => `MODEL=${quote}${model}${quote}`);
  const readBack = lines.find((line) => parseEnvText(line).MODEL === model);
  if (readBack !== undefined) return readBack;
  throw new UserError(
    `model: expected a path that .env can hold, got ${JSON.stringify(model)}; rename the folder`,
  );
}

/** Turns the faults of reading .env into UserError. */
function orUserError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(messageOf(error), { cause: error });
  }
}
