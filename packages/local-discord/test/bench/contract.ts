import assert from 'node:assert/strict';
import { OpenApiContract } from '../../../../test/discord-openapi/contract.ts';
import type { LocalDiscord } from '../../src/local-discord.ts';

const contract = new OpenApiContract();

/** Everything that the API took and answered is as Discord's own description of it says. */
export function assertAsDiscordDescribes(local: LocalDiscord): void {
  const taken = local.requests.filter(({ status }) => status < 400);
  assert.ok(taken.length > 0);
  assert.deepEqual(
    taken.flatMap((request) => contract.problemsOf(request)),
    [],
  );
}
