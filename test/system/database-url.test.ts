import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseUrlFault } from '../../src/system/database-url.ts';

const SOUND = [
  'postgres://u:p%40ss@db.example/riff',
  'postgresql:///riff',
  'postgres://u@%2Fvar%2Frun/riff',
  'postgres://u:p@[::1]:5433/riff?host=/tmp&port=5433',
  'postgres://u:p@h/riff?sslmode=require',
  'postgres://u:p@h/riff?sslmode=verify-ca&sslrootcert=ca.pem&channel_binding=require',
];

const WRONG: readonly (readonly [url: string, fault: RegExp])[] = [
  ['mysql://u:p@h/riff', /^expected postgres:/],
  ['postgres://', /^expected postgres:/],
  ['postgres://u:se cret@h/riff', /^expected postgres:/],
  ['postgres://u:pa#ss@h:1/riff', /% signs/],
  ['postgres://u:p@h%zz/riff', /% signs/],
  ['postgres://u:p@h/riff?port=abc', /port/],
  ['postgres://u:p@h/riff?port=99999', /port/],
  ['postgres://u:p@h/riff?sslmode=verify_full', /sslmode to be disable, .*, verify-full$/],
  ['postgres://u:p@h/riff?sslmode=verify-ca', /sslrootcert=FILE/],
];

test('an address that pg can use is sound', () => {
  assert.deepEqual(SOUND.map(databaseUrlFault), Array(SOUND.length).fill(null));
});

for (const [url, fault] of WRONG) {
  test(`${url} is refused without quoting its password`, () => {
    assert.match(databaseUrlFault(url) ?? '', fault);
    assert.doesNotMatch(databaseUrlFault(url) ?? '', /se cret|pa#ss|:p@/);
  });
}
