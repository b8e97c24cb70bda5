import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** From the top down. A file imports from its own layer's folder and from the layers below, nothing else. */
const LAYERS: readonly (readonly string[])[] = [
  ['src/main.ts', 'src/register.ts', 'src/setup.mjs'],
  ['src/setup'],
  ['src/playground'],
  ['src/start-bot.ts', 'src/cli'],
  ['src/start-worker.ts'],
  ['src/open-stores.ts', 'src/create-engines.ts'],
  ['commands'],
  ['src/discord'],
  ['src/operations'],
  ['src/worker', 'src/store', 'src/engine'],
  ['src/queue', 'src/render', 'src/model-library'],
  ['src/diffusion', 'src/audio'],
  ['src/openvino', 'src/spectrogram'],
  ['src/log.ts'],
  ['src/riff', 'src/config.ts'],
  ['src/system'],
  ['src/clock.ts', 'src/errors.ts'],
  ['src/messages'],
];

/** Packages that only one place may touch. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  'discord.js': ['src/discord', 'commands', 'src/register.ts', 'src/playground'],
  'local-discord': ['src/playground'],
  'local-discord/page': ['src/playground'],
  'openvino-node': ['src/openvino'],
  koffi: ['src/openvino'],
  'p-queue': ['src/worker'],
  sharp: ['src/spectrogram'],
  wavefile: ['src/audio'],
  'mpg123-decoder': ['src/audio'],
  opusscript: ['src/audio'],
  '@wasm-audio-decoders/flac': ['src/audio'],
  '@wasm-audio-decoders/ogg-vorbis': ['src/audio'],
  dotenv: ['src/system'],
  'node:sqlite': ['src/store'],
  pg: ['src/store'],
};

const sources = globSync(['src/**/*.{ts,mjs}', 'commands/**/*.ts'], { cwd: ROOT });

test('every source belongs to a layer', () => {
  assert.ok(sources.length > 20);
  assert.deepEqual(
    sources.filter((source) => layerOf(source) === null),
    [],
  );
});

test('a file imports only from its own folder and from the layers below', () => {
  assert.deepEqual(sources.flatMap(upwardImports), []);
});

test('no files import each other in a circle', () => {
  const circles = findCircles(new Map(sources.map((source) => [source, ownImports(source)])));
  assert.deepEqual(circles, []);
  assert.deepEqual(
    findCircles(
      new Map([
        ['a', ['b']],
        ['b', ['a']],
      ]),
    ),
    ['a → b → a'],
    'a circle is found',
  );
});

test('every outside package of the card is touched in one place only', () => {
  assert.deepEqual(sources.flatMap(misplacedPackages), []);
});

test('every function, class and constant that a file exports has a user elsewhere', () => {
  const files = globSync(['{src,commands,test,research}/**/*.{ts,mjs}'], { cwd: ROOT });
  const texts = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
  assert.deepEqual(unusedExports(texts), []);
  const example = new Map([
    ['src/a.ts', 'export const kept = 1;\nexport function lost() {}'],
    ['src/b.ts', "import { kept } from './a.ts';"],
  ]);
  assert.deepEqual(unusedExports(example), ['src/a.ts: lost']);
});

/** Tables of texts are found by the test that reads all of them. */
function unusedExports(texts: ReadonlyMap<string, string>): string[] {
  const words = new Map([...texts].map(([file, text]) => [file, new Set(text.match(/\w+/g))]));
  return [...texts].flatMap(([file, text]) => {
    if (!file.startsWith('src/') && !file.startsWith('commands/')) return [];
    const exported = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)];
    const names = exported.map(([, name = '']) => name).filter((name) => !name.endsWith('Texts'));
    const isUsed = (name: string): boolean =>
      words.entries().some(([other, used]) => other !== file && used.has(name));
    return names.filter((name) => !isUsed(name)).map((name) => `${file}: ${name}`);
  });
}

function upwardImports(source: string): string[] {
  const own = layerOf(source);
  return ownImports(source)
    .filter((target) => {
      const other = layerOf(target);
      return own !== null && other !== null && other.part !== own.part && other.depth <= own.depth;
    })
    .map((target) => `${source} must not import ${target}`);
}

/** Null: the file belongs to no layer. */
function layerOf(file: string): { readonly part: string; readonly depth: number } | null {
  for (const [depth, parts] of LAYERS.entries()) {
    const part = parts.find((name) => file === name || file.startsWith(`${name}/`));
    if (part !== undefined) return { part, depth };
  }
  return null;
}

function misplacedPackages(source: string): string[] {
  return importsOf(source).flatMap((specifier) => {
    const owners = PACKAGE_OWNERS[specifier];
    if (!owners || owners.some((path) => source === path || source.startsWith(`${path}/`))) return [];
    return [`${source} must not import ${specifier}`];
  });
}

function importsOf(source: string): string[] {
  const text = readFileSync(join(ROOT, source), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

/** Files of ours that the source names, for a type alone as well. */
function ownImports(source: string): readonly string[] {
  return importsOf(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(source), specifier)));
}

function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) circles.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}
