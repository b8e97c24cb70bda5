import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CONFIG_VARIABLES } from '../../src/config.ts';
import { parseEnvText, readEnvText } from '../../src/system/env-file.mjs';
import { envWarnings } from '../../src/system/env-warnings.ts';

const warned = (text: string) => envWarnings(text, CONFIG_VARIABLES);

const SLIPS: readonly (readonly [name: string, meant: string])[] = [
  ['DISCORD_TOKN', 'DISCORD_TOKEN'],
  ['discord_token', 'DISCORD_TOKEN'],
  ['DISCORD_BOT_TOKEN', 'DISCORD_TOKEN'],
  ['MODELS', 'MODEL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['PER_USER_WAITNG', 'PER_USER_WAITING'],
  ['OWNER_ID', 'OWNER_IDS'],
  ['DATA_DIRECTORY', 'DATA_DIR'],
];
for (const [name, meant] of SLIPS) {
  test(`a slip is told with its line and the name that is meant: ${name}`, () => {
    const [warning, ...others] = warned(`# remark\n\nMODEL=riff-mini\n${name}=x\n`);
    assert.match(warning ?? '', new RegExp(`in line 4, got ${name}; do you mean ${meant}\\?$`));
    assert.deepEqual(others, []);
  });
}

test('a name that is like none is told without a guess', () => {
  assert.match(
    warned('FAVOURITE_COLOUR=blue')[0] ?? '',
    /line 1, got FAVOURITE_COLOUR; \.env\.example lists/,
  );
});

test('a name that Node reads before the file is told where it belongs', () => {
  for (const name of ['HTTPS_PROXY', 'https_proxy', 'NODE_USE_ENV_PROXY', 'NODE_OPTIONS'])
    assert.match(warned(`${name}=1`)[0] ?? '', new RegExp(`expected ${name} in the shell or the service`));
});

const SOUND: Readonly<Record<string, string>> = {
  'the example': readEnvText('.env.example'),
  'names of other programs':
    'RIFF_DEBUG=1\nXDG_CACHE_HOME=/x\nHF_TOKEN=x\nPIP_INDEX_URL=x\nTZ=UTC\nCOMPOSE_FILE=x',
  'remarks, blanks, carriage returns': '\r\n  # MODLE=x\r\n\t\r\nMODEL=a # remark\r\n',
  'every way to assign': 'export MODEL=a\n  DEVICE = CPU\nDATA_DIR: x\nLOG_LEVEL=\nMAX_WAITING="5" # five',
  'a value over several lines': 'MODEL="a\nDISCORD_TOKN=no setting\nstill the value"\nDEVICE=CPU',
};
for (const [what, text] of Object.entries(SOUND))
  test(`nothing is said about ${what}`, () => assert.deepEqual(warned(text), []));

test('a line that assigns nothing is told without its words, which may be a secret', () => {
  const secret = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnop';
  for (const line of [secret, `DISCORD_TOKEN ${secret}`, `"${secret}"`, `${secret}=`, `=${secret}`]) {
    const [warning = ''] = warned(`MODEL=a\n${line}\nDEVICE=CPU`);
    assert.match(warning, /line 2/);
    assert.ok(!warning.includes('Gabcd'), warning);
  }
});

test('a quote that is never closed is told', () => {
  assert.match(warned('MODEL=a\nDATA_DIR="x\nDEVICE=CPU')[0] ?? '', /closing quote in line 2/);
});

test('every name that is read and unknown is told', () => {
  const piece = fc.constantFrom(
    'A1=',
    '="',
    "'",
    '`',
    '\n',
    'x y',
    '#',
    ' ',
    'export ',
    'B_2:',
    ' c"',
    '\\"',
    '\r\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const quotedOver =
        /["'`][^\n]*\n/.test(text) || /[=:]\s*[\r\n]/.test(text) || /\w\s*[\r\n]+\s*[=:]/.test(text);
      fc.pre(!quotedOver);
      const told = warned(text).length;
      assert.ok(told >= Object.keys(parseEnvText(text)).length, JSON.stringify(text));
    }),
  );
});
