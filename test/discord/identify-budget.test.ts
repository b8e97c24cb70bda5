import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkIdentifyBudget } from '../../src/discord/identify-budget.ts';
import { createLog } from '../../src/log.ts';

const CASES: readonly [remaining: number, isAllowed: boolean][] = [
  [1000, true],
  [201, true],
  [200, false],
  [0, false],
];

for (const [remaining, isAllowed] of CASES) {
  test(`with ${remaining} of 1,000 logins left the bot ${isAllowed ? 'logs in' : 'says why not, and when'}`, async () => {
    const budget = { total: 1000, remaining, reset_after: 3_600_000, max_concurrency: 1 };
    const rest = { get: async () => ({ url: 'wss://x', shards: 1, session_start_limit: budget }) };
    const checked = checkIdentifyBudget(rest, createLog('silent'));
    if (isAllowed) await checked;
    else await assert.rejects(checked, { code: 'discord_refused', message: /again in 60 minutes/ });
  });
}
