import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadEnvironment } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { loadEnvFile, readEnvFile } from '../../src/system/env-file.mjs';

const folder = mkdtempSync(join(tmpdir(), 'riff-env-'));
after(() => rmSync(folder, { recursive: true }));

const TEXT = 'MODEL=音楽\r\n# remark\r\nexport DEVICE="GPU"\r\n';
const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => utf16le(text).swap16();

const READABLE: readonly (readonly [string, Buffer])[] = [
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte order mark', Buffer.from(`\ufeff${TEXT}`)],
  ['UTF-16 of little endian', utf16le(`\ufeff${TEXT}`)],
  ['UTF-16 of big endian', utf16be(`\ufeff${TEXT}`)],
  ['UTF-16 of little endian without a mark', utf16le(TEXT)],
  ['UTF-16 of big endian without a mark', utf16be(TEXT)],
];
for (const [what, bytes] of READABLE) {
  test(`a .env in ${what} loses nothing`, () => {
    assert.deepEqual(readEnvFile(fileOf(bytes)), { MODEL: '音楽', DEVICE: 'GPU' });
  });
}

const REFUSED: readonly (readonly [string, Buffer])[] = [
  ['Latin-1', Buffer.from('MODEL=musik-für-alle\n', 'latin1')],
  ['half a character', utf16le(`\ufeff${TEXT}`).subarray(0, 7)],
  ['zeros', Buffer.alloc(64)],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13])],
];
for (const [what, bytes] of REFUSED) {
  test(`a .env of ${what} is refused in a sentence`, () => {
    assert.throws(() => loadEnvironment(fileOf(bytes), {}), {
      name: ConfigError.name,
      message: /expected UTF-8 text.*save it as UTF-8$/,
    });
  });
}

test('a folder or a link to nothing of that name is refused, a missing file is as good as an empty one', () => {
  const path = join(folder, 'as-folder');
  mkdirSync(path);
  assert.throws(() => loadEnvironment(path, {}), /expected a text file, got a folder/);
  symlinkSync('nowhere', join(folder, 'as-link'));
  assert.throws(
    () => loadEnvironment(join(folder, 'as-link'), {}),
    /expected a text file, got a link to nothing/,
  );
  assert.deepEqual(readEnvFile(join(folder, 'nothing')), {});
  assert.deepEqual(readEnvFile(fileOf(Buffer.alloc(0))), {});
});

test('a variable of the environment wins over the file, even when it is empty', () => {
  const environment = { MODEL: '', DEVICE: 'CPU' };
  loadEnvFile(fileOf(Buffer.from('MODEL=a\nDEVICE=GPU\nLOG_LEVEL=warn\n')), environment);
  assert.deepEqual(environment, { MODEL: '', DEVICE: 'CPU', LOG_LEVEL: 'warn' });
});

function fileOf(bytes: Buffer): string {
  const path = join(folder, '.env');
  writeFileSync(path, bytes);
  return path;
}
