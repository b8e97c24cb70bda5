import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MUTANTS } from './mutants.ts';

test('every mutant still matches one place in the code, and its test files exist', () => {
  for (const { name, file, search, tests } of MUTANTS) {
    assert.equal(readFileSync(file, 'utf8').split(search).length, 2, `${name}: ${search}`);
    for (const pattern of tests) assert.ok(globSync(pattern).length > 0, `${name}: ${pattern}`);
  }
});
