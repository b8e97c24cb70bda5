import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = globSync('src/**/*.ts', { cwd: PACKAGE });

/** From the top down. A file imports from its own layer's folder and from the layers below, nothing else. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/page.ts'],
  ['src/page-actions.ts', 'src/page-events.ts', 'src/avatar.ts'],
  ['src/page-view.ts'],
  ['src/local-discord.ts'],
  ['src/wait-for.ts'],
  ['src/rest'],
  ['src/simulated-user', 'src/attachment-files.ts', 'src/local-server.ts'],
  ['src/context.ts', 'src/guard.ts', 'src/read-bytes.ts'],
  ['src/gateway.ts'],
  ['src/gateway-session.ts'],
  ['src/state'],
  ['src/request-schemas'],
  ['src/discord-error.ts', 'src/snowflake.ts'],
  ['src/clock.ts', 'src/json.ts'],
];

test('a file imports only from its own folder and from the layers below', () => {
  assert.deepEqual(SOURCES.flatMap(upwardImports), []);
});

test('the package knows nothing of the bots that it serves', () => {
  const texts = globSync(['src/**/*.ts', 'page/*'], { cwd: PACKAGE });
  const telling = texts.filter((file) => /riff|playground/i.test(readFileSync(join(PACKAGE, file), 'utf8')));
  assert.deepEqual(telling, []);
});

function upwardImports(source: string): string[] {
  const own = layerOf(source);
  const text = readFileSync(join(PACKAGE, source), 'utf8');
  return [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, specifier = '']) => normalize(join(dirname(source), specifier)))
    .filter((target) => {
      const other = layerOf(target);
      return target.startsWith('..') || (other.part !== own.part && other.depth <= own.depth);
    })
    .map((target) => `${source} must not import ${target}`);
}

function layerOf(file: string): { readonly part: string; readonly depth: number } {
  for (const [depth, parts] of LAYERS.entries()) {
    const part = parts.find((name) => file === name || file.startsWith(`${name}/`));
    if (part !== undefined) return { part, depth };
  }
  throw new Error(`${file}: expected a layer, got none; add it to the list`);
}
