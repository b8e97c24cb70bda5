import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenApiContract, type WireRequest } from './contract.ts';

const contract = new OpenApiContract();
const POST: WireRequest = {
  method: 'POST',
  path: '/webhooks/1/token',
  route: '/webhooks/{webhook_id}/{webhook_token}',
  body: { content: 'jazz' },
  status: 204,
  response: undefined,
};

test('a request that Discord describes is no problem', () => {
  assert.deepEqual(contract.problemsOf(POST), []);
});

for (const [fault, request] of Object.entries({
  'a route that Discord has not': { ...POST, route: null },
  'a route that is not among those kept here': { ...POST, route: '/guilds/{guild_id}/bans' },
  'a method that the route has not': { ...POST, method: 'PUT' },
  'a field of the wrong type': { ...POST, body: { content: 7 } },
  'an answer that the route does not give': { ...POST, status: 201 },
  'a body where the answer is empty': { ...POST, response: {} },
} satisfies Record<string, WireRequest>)) {
  test(`${fault} is a problem`, () => {
    assert.notDeepEqual(contract.problemsOf(request), []);
  });
}
