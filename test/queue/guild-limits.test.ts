import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guildLimits } from '../../src/queue/admission.ts';
import { DEFAULT_GUILD_SETTINGS, type GuildSettings } from '../../src/queue/guild-settings.ts';

const OPERATOR = { perUserWaiting: 3, perGuildWaiting: 50, perUserPerHour: 30, totalWaiting: 200 };

const CASES: readonly [what: string, own: Partial<GuildSettings>, expected: Partial<typeof OPERATOR>][] = [
  ['says nothing', {}, {}],
  ['is stricter', { perUserWaiting: 1, perUserPerHour: 5 }, { perUserWaiting: 1, perUserPerHour: 5 }],
  ['is laxer', { perUserWaiting: 99, perGuildWaiting: 999, perUserPerHour: 999 }, {}],
];

for (const [what, own, expected] of CASES) {
  test(`a guild that ${what} than the operator gets the stricter of both`, () => {
    const limits = guildLimits(OPERATOR, { ...DEFAULT_GUILD_SETTINGS, ...own });
    assert.deepEqual(limits, { ...OPERATOR, ...expected });
  });
}
