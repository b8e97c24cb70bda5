import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REST } from 'discord.js';
import { createMessageApi, faultOf } from '../../src/discord/message-api.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function messagesAnswering(answer: () => Response) {
  const makeRequest = async (): Promise<Response> => answer();
  return createMessageApi(new REST({ makeRequest, retries: 0 }).setToken('x'));
}

const BROKEN: readonly [what: string, answer: () => Response][] = [
  ['text', () => new Response('"fine"', { headers: JSON_TYPE })],
  ['nothing', () => new Response(null, { status: 204 })],
  ['a page', () => new Response('<html></html>', { headers: { 'content-type': 'text/html' } })],
  ['broken JSON', () => new Response('{"id":', { headers: JSON_TYPE })],
];

for (const [what, answer] of BROKEN) {
  test(`${what} instead of a message is a fault that passes`, async () => {
    const messages = messagesAnswering(answer);
    const message = { content: 'hello', pingUserId: null, nonce: 'n' };
    await assert.rejects(messages.post('1', message), (error) => faultOf(error) === 'passing');
    await assert.rejects(
      messages.findOwn('1', () => true, 0),
      (error) => faultOf(error) === 'passing',
    );
  });
}
