import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SETUP_SOURCES } from './openvino/checkout.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Before the packages are installed only some sources are there, so that a change elsewhere keeps that layer. */
test('the image copies every source that setup.mjs needs before it runs it', () => {
  const needed = withImports(['src/setup.mjs', 'src/openvino/binding-child.ts']);
  const missing = needed.filter(
    (file) => !SETUP_SOURCES.some((name) => file === name || file.startsWith(`${name}/`)),
  );
  assert.ok(needed.length > 10);
  assert.deepEqual(missing, []);
});

function withImports(files: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(join(ROOT, file), 'utf8');
    const targets = text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
    for (const [, target = ''] of targets) visit(normalize(join(dirname(file), target)));
  };
  files.forEach(visit);
  return [...seen];
}
