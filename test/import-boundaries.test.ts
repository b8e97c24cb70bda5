import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Open to all: errors, the request and its profiles, the log's type. */
const EVERYWHERE = ['src/errors.ts', 'src/render/riff-request.ts', 'src/render/profiles.ts', 'src/log.ts'];

/** Folder → the folders and files of ours that it may import, besides itself and what is open to all. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  commands: ['src/discord', 'src/queue', 'src/store', 'src/moderation', 'src/engine/engine.ts'],
  'src/discord': [
    'commands',
    'src/queue',
    'src/store',
    'src/moderation',
    'src/engine/engine.ts',
    'src/config.ts',
  ],
  'src/moderation': [],
  'src/queue': ['src/store', 'src/engine/engine.ts'],
  'src/store': ['src/queue', 'src/engine/engine.ts'],
  'src/diffusion': ['src/openvino/runtime.ts'],
  'src/spectrogram': [],
  'src/audio': ['src/spectrogram'],
  'src/openvino': [],
};

/** Packages that only one place may touch. */
const PACKAGE_OWNERS: Readonly<Record<string, readonly string[]>> = {
  'discord.js': ['src/discord', 'commands'],
  'openvino-node': ['src/openvino'],
  koffi: ['src/openvino'],
  'p-queue': ['src/queue'],
  sharp: ['src/spectrogram'],
  wavefile: ['src/audio'],
  dotenv: ['src/main.ts', 'src/cli', 'src/discord/register.ts', 'src/model-library'],
  'node:sqlite': ['src/store'],
};

const sources = globSync(['src/**/*.{ts,mjs}', 'commands/**/*.ts'], { cwd: ROOT });

test('the sources are found', () => {
  assert.ok(sources.length > 20);
});

test('every folder imports only what the flow allows', () => {
  assert.deepEqual(sources.flatMap(forbiddenFolders), []);
});

test('every outside package of the card is touched in one place only', () => {
  assert.deepEqual(sources.flatMap(misplacedPackages), []);
});

function forbiddenFolders(source: string): string[] {
  const folder = Object.keys(ALLOWED).find((name) => source.startsWith(name + sep));
  if (!folder) return [];
  const allowed = [folder, ...EVERYWHERE, ...(ALLOWED[folder] ?? [])];
  return importsOf(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => normalize(join(dirname(source), specifier)))
    .filter((target) => !allowed.some((path) => target === path || target.startsWith(path + sep)))
    .map((target) => `${source} must not import ${target}`);
}

function misplacedPackages(source: string): string[] {
  return importsOf(source).flatMap((specifier) => {
    const owners = PACKAGE_OWNERS[specifier];
    if (!owners || owners.some((path) => source === path || source.startsWith(path + sep))) return [];
    return [`${source} must not import ${specifier}`];
  });
}

function importsOf(source: string): string[] {
  const text = readFileSync(join(ROOT, relative('.', source)), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}
