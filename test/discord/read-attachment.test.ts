import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAttachmentReader } from '../../src/discord/read-attachment.ts';
import { UserError } from '../../src/errors.ts';

const WHOLE = { clipSeconds: 5, startSeconds: undefined };
const FILE = { name: 'a.wav', size: 1, url: 'https://cdn.discordapp.com/a.wav' };
const settled = () => new Promise(setImmediate);

test('two sounds are read at once, eight more wait, and the next is refused until one has ended', async () => {
  const underWay: (() => void)[] = [];
  const refusal = new UserError([{ kind: 'notFetched' }]);
  const reader = createAttachmentReader(
    () => new Promise((_, reject) => underWay.push(() => reject(refusal))),
  );
  const read = () =>
    reader.soundIn(FILE, WHOLE).then(
      () => 'read',
      ({ message }: Error) => message,
    );
  const tooMany = new UserError([{ kind: 'tooManyAtOnce' }]).message;

  const accepted = Array.from({ length: 10 }, read);
  assert.equal(await read(), tooMany);
  assert.equal(underWay.length, 2);
  underWay[0]?.();
  await settled();
  assert.equal(underWay.length, 3);
  accepted.push(read());
  assert.equal(await read(), tooMany);

  for (let ended = 1; ended < accepted.length; ended += 1) {
    underWay[ended]?.();
    await settled();
  }
  assert.deepEqual(new Set(await Promise.all(accepted)), new Set([refusal.message]));
  assert.equal(underWay.length, accepted.length);
});
