import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly license?: string;
}
const packages: Readonly<Record<string, Entry>> = read('package-lock.json').packages;
/** The project itself and its workspaces are no downloads. */
const downloads = Object.entries(packages).filter(
  ([path, { link }]) => path.includes('node_modules/') && !link,
);

test('every package of the lock file is held against a SHA-512', () => {
  assert.ok(downloads.length > 100);
  const without = downloads.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''));
  assert.deepEqual(
    without.map(([path]) => path),
    [],
  );
});

test('the lock file names no registry, so that each machine asks its own', () => {
  assert.deepEqual(
    downloads.filter(([, { resolved }]) => resolved !== undefined),
    [],
  );
});

test('every package that Riff runs with is permissive, or NOTICE names it', () => {
  const permissive = /^(?:MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause)$/;
  const notice = readFileSync(new URL('../NOTICE', import.meta.url), 'utf8');
  const others = downloads.filter(([, { dev, license }]) => !dev && !permissive.test(license ?? ''));
  assert.ok(others.length > 0);
  const unnamed = others
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
    .filter((name) => !notice.includes(name) && !notice.includes(`${name.replace(/(-\w+)-.*/, '$1')}-*`));
  assert.deepEqual(unnamed, []);
});

test('every package of package.json has one exact version', () => {
  const { dependencies, devDependencies, optionalDependencies } = read('package.json');
  const versions = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  assert.deepEqual(
    versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version))),
    [],
  );
});
