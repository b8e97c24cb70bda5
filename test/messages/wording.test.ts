import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { english } from '../../src/messages/wording.ts';

test('one is one, all else is many', () => {
  const numbers = [0, 1, 2];
  assert.deepEqual(
    numbers.map((count) => english.counted(count, 'riff')),
    ['0 riffs', '1 riff', '2 riffs'],
  );
  assert.deepEqual(
    numbers.map((count) => english.counted(count, 'thing keeps', 'things keep')),
    ['0 things keep', '1 thing keeps', '2 things keep'],
  );
});

test('milliseconds are shown as seconds', () => {
  assert.deepEqual(
    [english.seconds(5120), english.seconds(49), english.seconds(5124, 2)],
    ['5.1 s', '0.0 s', '5.12 s'],
  );
  assert.equal(english.mebibytes(10 * 1024 ** 2), '10.0');
});

test('no sentence counts by itself', () => {
  const countsItself =
    /=== 1 \? ['`](['`]|1 |a )|\$\{[^}]*\} (times|riffs|jobs|minutes|hours|problems|threads|columns)\b/;
  const found = globSync(['src/**/*.ts', 'commands/**/*.ts'])
    .filter((file) => file !== 'src/messages/wording.ts')
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => `${file}: ${line.trim()}`),
    )
    .filter((line) => countsItself.test(line));
  // Numbers that are never 1.
  const constants = /MAX_BOT_DEATHS|MAX_ATTEMPTS|MOST_SECTIONS|fewest|most|columns of \$\{params/;
  assert.deepEqual(
    found.filter((line) => !constants.test(line)),
    [],
  );
});
