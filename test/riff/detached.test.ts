import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detached } from '../../src/riff/detached.ts';
import type { RiffRequest } from '../../src/riff/request.ts';

const PLAIN: RiffRequest = {
  prompt: 'jazz',
  negativePrompt: '',
  seed: 7,
  steps: 20,
  guidanceScale: 4,
  scheduler: 'ddim',
  profile: 'balanced',
};

test('a request out of a file names nothing that is stored here, at any depth', () => {
  const inner: RiffRequest = {
    ...PLAIN,
    from: { kind: 'extend', of: { riff: PLAIN, jobId: 'a1' }, at: 'end' },
  };
  const to = { sound: { latents: 'AAAA', bpm: 90 } };
  const request: RiffRequest = { ...PLAIN, from: { kind: 'morph', of: { riff: inner, jobId: 'b2' }, to } };
  assert.deepEqual(detached('file', request), {
    ...PLAIN,
    from: {
      kind: 'morph',
      of: { riff: { ...PLAIN, from: { kind: 'extend', of: { riff: PLAIN }, at: 'end' } } },
      to,
    },
  });
  assert.deepEqual(detached('file', PLAIN), PLAIN);
});

test('a request that begins with a stored sound is refused, however deep', () => {
  const remix: RiffRequest = {
    ...PLAIN,
    from: { kind: 'remix', of: { upload: 'a1.upload' }, strength: 0.5 },
  };
  const outer: RiffRequest = { ...PLAIN, from: { kind: 'extend', of: { riff: remix }, at: 'end' } };
  for (const request of [remix, outer])
    assert.throws(() => detached('file', request), {
      code: 'invalid_input',
      message: /^file: expected .*, got .*; /,
    });
});
