/** Variables that a .env may set although the configuration does not read them: other parts of Riff, Python, compose or libc do, later. */
const OTHERS_SETTINGS =
  /^(RIFF_(DEBUG|PYTHON)|XDG_CACHE_HOME|VIRTUAL_ENV|INTEL_OPENVINO_DIR|NODE_ENV|TZ|LANG|LC_\w+|(HF|PIP|OMP|PG|POSTGRES|COMPOSE)_?\w+)$/;
/** Node reads these before the .env is loaded. */
const TOO_LATE = /^(NODE_\w+|(HTTPS?|NO|ALL)_PROXY)$/i;
const ASSIGNMENT = /^\s*(?:export\s+)?([\w.-]+)(?:\s*=|:\s)\s*(.*)$/;
/** A quoted value, possibly over several lines, with nothing but a comment behind it. */
const QUOTED = /^(['"`])(?:\\\1|(?!\1).)*\1[ \t]*(?:#[^\n]*)?(?=\n|$)/s;
/** Edits per letter of the longer name up to which a name counts as a misspelling. */
const MAX_EDIT_SHARE = 0.45;

interface Line {
  readonly number: number;
  /** Null: it assigns nothing. */
  readonly name: string | null;
  readonly isUnclosed: boolean;
}

/**
 * A sentence for every line of a .env that dotenv ignores, and for names that are unknown (not in `known`) or are read
 * before the file. Values and lines are not quoted: they may be secrets.
 */
export function envWarnings(text: string, known: readonly string[]): readonly string[] {
  return readLines(text.replace(/\r\n?/g, '\n').split('\n')).flatMap((line) => warningsOf(line, known));
}

function warningsOf({ number, name, isUnclosed }: Line, known: readonly string[]): readonly string[] {
  if (name === null)
    return [
      `.env: expected NAME=value in line ${number}, got something else; correct it, or begin it with "#"`,
    ];
  if (isUnclosed) return [`.env: expected a closing quote in line ${number} or below, got none; add it`];
  if (known.includes(name) || OTHERS_SETTINGS.test(name)) return [];
  if (TOO_LATE.test(name))
    return [
      `.env: expected ${name} in the shell or the service, got it in line ${number}; Node reads it before this file`,
    ];
  const nearest = nearestName(name, known);
  const advice = nearest === null ? '.env.example lists them' : `do you mean ${nearest}?`;
  return [`.env: expected a setting of Riff in line ${number}, got ${shown(name)}; ${advice}`];
}

function readLines(lines: readonly string[]): readonly Line[] {
  const found: Line[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (/^\s*(#|$)/.test(line)) continue;
    const number = index + 1;
    const [, name = null, value = ''] = ASSIGNMENT.exec(line) ?? [];
    const isQuoted = /^['"`]/.test(value);
    const quoted = isQuoted && QUOTED.exec([value, ...lines.slice(number)].join('\n'))?.[0];
    found.push({ number, name, isUnclosed: isQuoted && !quoted });
    if (quoted) index += quoted.split('\n').length - 1;
  }
  return found;
}

/** A secret that was pasted without its name may look like a name. */
function shown(name: string): string {
  return /^[A-Za-z_]\w{0,39}$/.test(name) ? name : 'another name';
}

function nearestName(name: string, known: readonly string[]): string | null {
  const [nearest] = known
    .map((other) => ({
      other,
      share: distance(name.toUpperCase(), other) / Math.max(name.length, other.length),
    }))
    .toSorted((a, b) => a.share - b.share);
  return nearest && nearest.share <= MAX_EDIT_SHARE ? nearest.other : null;
}

/** The Levenshtein distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
