import assert from 'node:assert/strict';
import { linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { encodeWav } from '../../src/audio/wav.ts';
import { openRiff, runRiff, temporaryFolder } from './run-riff.ts';

const folder = temporaryFolder();
mkdirSync(join(folder, 'a-folder.wav'));
mkdirSync(join(folder, 'no-model'));
writeFileSync(join(folder, 'a-file'), 'text');
writeFileSync(join(folder, 'not-a.png'), 'this is no picture');
writeFileSync(join(folder, 'not-a.wav'), 'RIFF this is no sound');
writeFileSync(join(folder, 'empty.png'), '');
const PNG_1X1 =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==';
writeFileSync(join(folder, 'small.png'), Buffer.from(PNG_1X1, 'base64'));
writeFileSync(join(folder, 'picture.wav'), Buffer.from(PNG_1X1, 'base64'));
const recipe = {
  ...{ prompt: 'jazz', negativePrompt: '', seed: 1, steps: 4, guidanceScale: 4, scheduler: 'ddim' },
  ...{ profile: 'fast', model: 'm', modelVersion: '1', device: 'CPU', generator: 'riff' },
};
const tone = [Float32Array.from({ length: 6 * 44_100 }, (_, n) => Math.sin(n / 10))];
writeFileSync(join(folder, 'sound.wav'), encodeWav(tone, 44_100));
const texts = { title: '', software: '', recipe: JSON.stringify(recipe) };
writeFileSync(join(folder, 'riff.wav'), encodeWav(tone, 44_100, texts));
symlinkSync('picture.wav', join(folder, 'link.wav'));
linkSync(join(folder, 'picture.wav'), join(folder, 'hard-link.wav'));
const before = readdirSync(folder).sort();

const long = 'x'.repeat(1001);
const BAD: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['generate'], says: /prompt/ },
  { args: ['generate', ''], says: /prompt: expected words .* got an empty text/ },
  { args: ['generate', ' \t\n '], says: /prompt: expected words .* got an empty text/ },
  { args: ['generate', long], says: /prompt: expected at most 1000 characters/ },
  { args: ['generate', 'jazz', '--negative', long], says: /negative: expected at most 1000 characters/ },
  { args: ['generate', 'jazz', '--steps', '0'], says: /steps: expected a whole number from 1 to 100, got 0/ },
  { args: ['generate', 'jazz', '--steps', '2.5'], says: /steps: expected a whole number .* got 2.5/ },
  { args: ['generate', 'jazz', '--steps', 'many'], says: /steps: expected a number, got "many"/ },
  { args: ['generate', 'jazz', '--steps', ''], says: /steps: expected a number, got ""/ },
  { args: ['generate', 'jazz', '--guidance', 'NaN'], says: /guidance: expected a number, got "NaN"/ },
  { args: ['generate', 'jazz', '--guidance', '1e9'], says: /guidance: expected a number from 1 to 20/ },
  { args: ['generate', 'jazz', '--seed', '-1'], says: /seed: expected a whole number from 0/ },
  { args: ['generate', 'jazz', '--seed'], says: /--seed/ },
  { args: ['generate', 'jazz', '--scheduler', 'magic'], says: /scheduler: expected one of pndm, .* "magic"/ },
  { args: ['generate', 'jazz', '--model', 'nobody'], says: /model: expected a model .* got "nobody"/ },
  { args: ['generate', 'jazz', '--model', './no-model'], says: /model: expected .* got "\.\/no-model"/ },
  { args: ['generate', 'jazz', '--model', 'a'.repeat(5000)], says: /model: expected a model .* got "a+"\n/ },
  { args: ['generate', 'jazz', '--model', ''], says: /model: expected .* got ""/ },
  { args: ['generate', 'jazz', '--poster', 'out.png'], says: /--poster: expected a \.jpg file/ },
  { args: ['generate', 'jazz', '--png', 'out.jpg'], says: /--png: expected a \.png file .* does not end in/ },
  { args: ['generate', 'jazz', '--wav', 'a-folder.wav'], says: /--wav: .* not an ordinary file/ },
  { args: ['generate', 'jazz', '--wav', 'a-file/out.wav'], says: /--wav: .*a-file is not a folder/ },
  { args: ['generate', 'jazz', '--wav', `${'x'.repeat(300)}.wav`], says: /--wav: .* the name is too long/ },
  { args: ['generate', 'jazz', '--wav', '/dev/null/out.wav'], says: /--wav: .*\/dev\/null is not a folder/ },
  { args: ['generate', 'jazz', '--length', '3'], says: /length: expected a number from 5 to 60, got 3/ },
  { args: ['generate', 'jazz', '--length', 'long'], says: /length: expected a number, got "long"/ },
  { args: ['generate', 'jazz', '--bpm', '1000'], says: /bpm: expected a number from 40 to 240, got 1000/ },
  { args: ['vary', 'nothing.png'], says: /riff: expected a file .*no such file/ },
  { args: ['vary', 'small.png'], says: /riff: expected a PNG, WAV or Ogg with a recipe/ },
  { args: ['vary', 'not-a.wav', '--amount', 'much'], says: /amount: expected one of near, far/ },
  { args: ['extend', 'not-a.wav'], says: /riff: expected a PNG, WAV or Ogg with a recipe/ },
  { args: ['extend', 'not-a.wav', '--seconds', '0'], says: /seconds: expected a number from .*, got 0\n/ },
  { args: ['extend', 'not-a.wav', '--at', 'middle'], says: /at: expected one of end, start/ },
  { args: ['loop'], says: /missing required argument/ },
  { args: ['morph', 'jazz', 'nothing.wav'], says: /to: expected a file .*no such file/ },
  { args: ['morph', 'jazz', ' '], says: /prompt: expected words/ },
  { args: ['remix', 'not-a.wav', 'jazz'], says: /sound: expected WAV, MP3/ },
  { args: ['remix', 'sound.wav', 'jazz', '--start', '-1'], says: /start: expected a number from 0 .*got -1/ },
  { args: ['morph', 'jazz', 'riff.wav', '--wav', 'riff.wav'], says: /--wav: .* it is the file that is read/ },
  { args: ['remix', 'not-a.wav'], says: /missing required argument/ },
  { args: ['generate', 'jazz', '--loud'], says: /unknown option '--loud'/ },
  { args: ['compose'], says: /unknown command 'compose'/ },
  { args: ['decode', 'nothing.png', 'out.wav'], says: /picture: expected a file .*no such file/ },
  { args: ['decode', 'a-folder.wav', 'out.wav'], says: /picture: .*not an ordinary file/ },
  { args: ['decode', '/dev/zero', 'out.wav'], says: /picture: .*not an ordinary file/ },
  { args: ['decode', 'not-a.png', 'out.wav'], says: /expected a PNG, JPEG or WebP spectrogram/ },
  { args: ['decode', 'empty.png', 'out.wav'], says: /expected a PNG, JPEG or WebP spectrogram/ },
  { args: ['decode', 'picture.wav', 'picture.wav'], says: /sound: .* it is the file that is read/ },
  { args: ['decode', 'picture.wav', 'link.wav'], says: /sound: .* it is the file that is read/ },
  { args: ['decode', 'picture.wav', 'hard-link.wav'], says: /sound: .* it is the file that is read/ },
  { args: ['encode', 'not-a.png', './not-a.png'], says: /picture: .* it is the file that is read/ },
  {
    args: ['decode', 'small.png', '/nonexistent/out.wav'],
    says: /sound: .* there is no folder \/nonexistent/,
  },
  { args: ['generate', 'jazz', '--png', '/nonexistent/a/out.png'], says: /--png: .* there is no folder/ },
  { args: ['generate', 'jazz', '--wav', '../nonexistent/out.wav'], says: /--wav: .* there is no folder/ },
  { args: ['decode', 'small.png', 'out.wav'], says: /expected 512 rows .* got 1×1/ },
  { args: ['decode', 'small.png', 'out.mp3'], says: /expected a \.wav file/ },
  {
    args: ['decode', 'small.png', 'out.wav', '--method', 'luck'],
    says: /method: expected one of pghi, classic/,
  },
  { args: ['decode', 'small.png', 'out.wav', '--seed', '1.5'], says: /seed: expected a whole number/ },
  { args: ['decode', 'small.png'], says: /missing required argument/ },
  { args: ['encode', 'not-a.wav', 'out.png'], says: /expected a WAV/ },
  { args: ['encode', 'nothing.wav', 'out.png'], says: /sound: expected a file .*no such file/ },
];

const riff = openRiff(folder);

describe('bad input', () => {
  for (const { args, says } of BAD) {
    const shown = args.map((arg) => JSON.stringify(arg.length > 30 ? `${arg.slice(0, 10)}…` : arg)).join(' ');
    test(`${shown} gets one line and exit code 2`, async () => {
      const { code, stdout, stderr } = await riff(args);

      assert.match(stderr, says);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.doesNotMatch(stderr, /^\s+at /m);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }
});

test('none of it left a file behind', () => {
  assert.deepEqual(readdirSync(folder).sort(), before);
});

for (const [variable, value, says] of [
  ['MODEL', 'nobody', /model: expected a model .* got "nobody"/],
  ['MODEL', '~/nobody', /model: expected a model .* got "~\/nobody"/],
  ['DEVICE', 'abacus', /DEVICE: expected an OpenVINO device/],
  ['OPENVINO_BINDING', 'abacus', /OPENVINO_BINDING: expected/],
] as const) {
  test(`every command that renders follows ${variable}=${value}`, async () => {
    for (const args of [['generate', 'jazz'], ['vary', 'riff.wav'], ['bench']]) {
      const { code, stderr } = await riff(args, { [variable]: value });
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, says, args.join(' '));
    }
  });
}

test('help lists the commands and ends well', async () => {
  const { code, stdout } = await runRiff(folder, ['--help']);
  assert.equal(code, 0);
  for (const command of [
    'generate',
    'vary',
    'extend',
    'loop',
    'morph',
    'remix',
    'decode',
    'encode',
    'doctor',
    'bench',
  ])
    assert.match(stdout, new RegExp(command));
});
