import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeOggOpus } from '../../src/audio/ogg-opus.ts';
import { isRiffPath } from '../../src/cli/follow-ups.ts';
import { riffOf } from '../../src/render/recipe-file.ts';
import { parseRiffRequest, type RiffRequest } from '../../src/riff/request.ts';

const defaults = { steps: 20, guidanceScale: 4, scheduler: 'ddim' } as const;
const request = parseRiffRequest({ prompt: 'jazz' }, defaults, 7);
const maker = { model: 'm', modelVersion: '1', device: 'CPU', generator: 'Riff' };
const sound = new Float32Array(4410);

function oggOf(of: RiffRequest): Uint8Array {
  return encodeOggOpus(sound, 44_100, {
    title: '',
    software: 'Riff',
    recipe: JSON.stringify({ ...of, ...maker }),
  });
}

test("a riff's Ogg is gone on from like its WAV", () => {
  assert.deepEqual(riffOf('riff', oggOf(request)), request);
  assert.ok(isRiffPath('a.ogg'));
});

test('an Ogg of others carries no riff, a faulty recipe is said', () => {
  assert.equal(riffOf('riff', encodeOggOpus(sound, 44_100, { title: '', software: '' })), null);
  const faulty = encodeOggOpus(sound, 44_100, { title: '', software: '', recipe: '{' });
  assert.throws(() => riffOf('riff', faulty), /^UserError: riff: expected a recipe/);
});

test('a recipe in a file reaches nothing that is stored here', () => {
  const extended: RiffRequest = {
    ...request,
    from: { kind: 'extend', of: { riff: request, jobId: 'of-others' }, at: 'end' },
  };
  assert.deepEqual(riffOf('riff', oggOf(extended)), {
    ...request,
    from: { kind: 'extend', of: { riff: request }, at: 'end' },
  });
  const stolen: RiffRequest = {
    ...request,
    from: { kind: 'remix', of: { upload: 'of-others.upload' }, strength: 0.5 },
  };
  assert.throws(() => riffOf('to_file', oggOf(stolen)), /^UserError: to_file: expected a recipe that holds/);
});
