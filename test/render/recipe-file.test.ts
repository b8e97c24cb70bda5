import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeOggOpus } from '../../src/audio/ogg-opus.ts';
import { isRiffPath } from '../../src/cli/riff-file.ts';
import { riffOf } from '../../src/render/recipe-file.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';

const defaults = { steps: 20, guidanceScale: 4, scheduler: 'ddim' } as const;
const request = parseRiffRequest({ prompt: 'jazz' }, defaults, 7);
const maker = { model: 'm', modelVersion: '1', device: 'CPU', generator: 'Riff' };
const sound = new Float32Array(4410);

test("a riff's Ogg is gone on from like its WAV", () => {
  const recipe = JSON.stringify({ ...request, ...maker });
  const ogg = encodeOggOpus(sound, 44_100, { title: '', software: 'Riff', recipe });
  assert.deepEqual(riffOf('riff', ogg), request);
  assert.ok(isRiffPath('a.ogg'));
});

test('an Ogg of others carries no riff, a faulty recipe is said', () => {
  assert.equal(riffOf('riff', encodeOggOpus(sound, 44_100, { title: '', software: '' })), null);
  const faulty = encodeOggOpus(sound, 44_100, { title: '', software: '', recipe: '{' });
  assert.throws(() => riffOf('riff', faulty), /^UserError: riff: expected a recipe/);
});
