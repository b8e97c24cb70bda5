import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inLine } from '../../src/discord/request-line.ts';

const CALLBACK = 'https://discord.com/api/v10/interactions/1/token/callback';
const CARD = 'https://discord.com/api/v10/webhooks/1/token/messages/@original';
const settled = () => new Promise(setImmediate);

/** Requests that stay under way until `finish` ends the oldest of them. */
function slowNetwork() {
  const started: string[] = [];
  const underWay: ((failed: boolean) => void)[] = [];
  const request = inLine(async (url) => {
    started.push(url);
    const failed = await new Promise<boolean>((resolve) => underWay.push(resolve));
    if (failed) throw new Error('cut');
    return new Response(null, { status: 204 });
  }, 2);
  const send = (url: string) => request(url, {}).catch(() => null);
  const finish = async (failed = false): Promise<void> => {
    underWay.shift()?.(failed);
    await settled();
  };
  return { started, send, finish };
}

test('an answer goes before cards that wait longer, and only so many are under way', async () => {
  const { started, send, finish } = slowNetwork();
  for (const url of [CARD, CARD, CARD, CARD, CALLBACK]) void send(url);
  await settled();
  assert.deepEqual(started, [CARD, CARD]);
  await finish();
  assert.deepEqual(started.slice(2), [CALLBACK]);
  await finish();
  assert.deepEqual(started.slice(3), [CARD]);
});

test('a request that fails makes room like any other', async () => {
  const { started, send, finish } = slowNetwork();
  for (const url of [CARD, CARD, CALLBACK]) void send(url);
  await settled();
  await finish(true);
  assert.equal(started.length, 3);
  await finish();
  await finish();
  void send(CALLBACK);
  void send(CALLBACK);
  void send(CALLBACK);
  await settled();
  assert.equal(started.length, 5);
});
