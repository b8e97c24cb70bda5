import assert from 'node:assert/strict';
import { test } from 'node:test';
import { relativeText, writeTimesIn } from '../page/timestamps.js';

const HOUR = 3600;
const TEXTS: readonly (readonly [seconds: number, text: string])[] = [
  [0, 'now'],
  [0.4, 'now'],
  [1, 'in 1 second'],
  [59.4, 'in 59 seconds'],
  [59.6, 'in 1 minute'],
  [-61, '1 minute ago'],
  [HOUR - 1, 'in 1 hour'],
  [2 * HOUR - 0.5, 'in 2 hours'],
  [-2 * HOUR - 30, '2 hours ago'],
  [24 * HOUR - 1, 'tomorrow'],
  [7 * 24 * HOUR - 2, 'in 7 days'],
  [360 * 24 * HOUR, 'next year'],
];
for (const [seconds, text] of TEXTS)
  test(`${seconds} s away is "${text}"`, () => assert.equal(relativeText(seconds), text));

test('a time is written in the language of the user', () => {
  writeTimesIn('de');
  assert.equal(relativeText(300), 'in 5 Minuten');
  writeTimesIn('en-US');
  assert.equal(relativeText(300), 'in 5 minutes');
});
