import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noticeText } from '../../src/messages/notices.ts';
import { type AdmissionFacts, refusalOf, waitForRoom } from '../../src/queue/admission.ts';
import type { Refusal } from '../../src/queue/job.ts';

const NOW = 10_000_000;
const MINUTE_MS = 60_000;

const FREE: AdmissionFacts = {
  now: NOW,
  isDraining: false,
  obstacle: null,
  limits: { perUserWaiting: 2, perGuildWaiting: 5, perUserPerHour: 3, totalWaiting: 9 },
  waiting: { user: 1, guild: 4, total: 8 },
  freeInMs: { user: 11, guild: 22, total: 33 },
  acceptedAt: [NOW - 50 * MINUTE_MS, NOW - 10 * MINUTE_MS],
  inGuild: true,
  clips: 1,
};
const NOTHING = { user: null, guild: null, total: null };

const CASES: readonly {
  says: string;
  facts: Partial<AdmissionFacts>;
  refusal: readonly [Refusal, number | null] | null;
}[] = [
  { says: 'just under every limit', facts: {}, refusal: null },
  {
    says: 'a minute of music where room for one clip is left',
    facts: { clips: 2 },
    refusal: ['user_rate_limit', 10 * MINUTE_MS],
  },
  {
    says: 'more than an hour allows, after an hour of nothing',
    facts: { clips: 12, acceptedAt: [NOW - 61 * MINUTE_MS] },
    refusal: null,
  },
  { says: 'while stopping', facts: { isDraining: true }, refusal: ['shutting_down', MINUTE_MS] },
  {
    says: 'blocked without end',
    facts: { obstacle: { reason: 'spam', until: null } },
    refusal: ['blocked', null],
  },
  {
    says: 'blocked for a while',
    facts: { obstacle: { reason: '', until: NOW + 500 } },
    refusal: ['blocked', 500],
  },
  {
    says: 'queue full',
    facts: { waiting: { user: 0, guild: 0, total: 9 } },
    refusal: ['queue_full', 33],
  },
  {
    says: 'own jobs waiting',
    facts: { waiting: { user: 2, guild: 0, total: 2 } },
    refusal: ['user_waiting_limit', 11],
  },
  {
    says: 'own jobs waiting, nothing measured',
    facts: { waiting: { user: 2, guild: 0, total: 2 }, freeInMs: NOTHING },
    refusal: ['user_waiting_limit', MINUTE_MS],
  },
  {
    says: 'own jobs waiting in a paused queue',
    facts: {
      waiting: { user: 2, guild: 0, total: 2 },
      freeInMs: { ...NOTHING, user: Number.POSITIVE_INFINITY },
    },
    refusal: ['user_waiting_limit', null],
  },
  {
    says: 'guild full',
    facts: { waiting: { user: 0, guild: 5, total: 5 } },
    refusal: ['guild_waiting_limit', 22],
  },
  {
    says: 'in DMs no guild limit',
    facts: { waiting: { user: 0, guild: 5, total: 5 }, inGuild: false },
    refusal: null,
  },
  {
    says: 'hourly limit',
    facts: { acceptedAt: [NOW - 70 * MINUTE_MS, NOW - 50 * MINUTE_MS, NOW - 10, NOW - 5] },
    refusal: ['user_rate_limit', 10 * MINUTE_MS],
  },
  {
    says: 'closed by a limit of none',
    facts: { limits: { ...FREE.limits, perUserPerHour: 0 } },
    refusal: ['user_rate_limit', null],
  },
  {
    says: 'four at once where a user may have two more waiting',
    facts: { count: 4, waiting: { user: 0, guild: 0, total: 0 }, acceptedAt: [] },
    refusal: ['user_waiting_limit', null],
  },
  {
    says: 'two at once, just under every limit',
    facts: { count: 2, waiting: { user: 0, guild: 3, total: 7 }, acceptedAt: [NOW - 10] },
    refusal: null,
  },
  {
    says: 'two at once where a server has room for one',
    facts: { count: 2, waiting: { user: 0, guild: 4, total: 4 }, acceptedAt: [] },
    refusal: ['guild_waiting_limit', null],
  },
  {
    says: 'two at once where the queue has room for one',
    facts: { count: 2, waiting: { user: 0, guild: 3, total: 8 }, acceptedAt: [] },
    refusal: ['queue_full', null],
  },
  {
    says: 'two at once of two clips each where the hour has room for one of them',
    facts: {
      count: 2,
      clips: 2,
      waiting: { user: 0, guild: 0, total: 0 },
      acceptedAt: [NOW - 70 * MINUTE_MS],
    },
    refusal: ['user_rate_limit', null],
  },
  {
    says: 'the block before the limits',
    facts: { obstacle: { reason: 'spam', until: null }, waiting: { user: 2, guild: 5, total: 9 } },
    refusal: ['blocked', null],
  },
];

describe('admission', () => {
  for (const { says, facts, refusal } of CASES) {
    test(`${says}: ${refusal ? refusal[0] : 'accepted'}`, async () => {
      const refused = refusalOf({ ...FREE, ...facts });
      assert.deepEqual(refused && [refused.reason, refused.retryAfterMs], refusal);
      if (refused) assert.match(noticeText(refused.notice, 'en'), /^[A-Z].*\.$/);
    });
  }
});

describe('the sliding window', () => {
  const WINDOWS: readonly [string, readonly number[], number, number | null][] = [
    ['empty: now', [], 1, 0],
    ['room left: now', [950], 2, 0],
    ['full: when the oldest leaves', [920, 950], 2, 20],
    ['over-full after the limit was lowered: when enough have left', [910, 920, 950], 2, 20],
    ['on the edge it has left', [900], 1, 0],
    ['no limit helps where none is allowed', [], 0, null],
  ];
  for (const [says, takenAt, limit, wait] of WINDOWS) {
    test(says, () => assert.equal(waitForRoom(takenAt, limit, 100, 1000), wait));
  }

  test('nowhere in time are there more than the limit in one window', () => {
    const taken: number[] = [];
    for (let now = 0; now < 2000; now += 1) if (waitForRoom(taken, 5, 100, now) === 0) taken.push(now);
    for (const at of taken) {
      assert.ok(taken.filter((other) => other > at - 100 && other <= at).length <= 5);
    }
    assert.equal(taken.length, 100);
  });
});
