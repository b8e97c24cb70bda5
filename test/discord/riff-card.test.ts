import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cancelledCard, failedCard, runningCard, waitingCard } from '../../src/discord/riff-card.ts';
import { reasonTexts } from '../../src/messages/reasons.ts';
import { type Job, type QueuePosition, replyTargetSchema } from '../../src/queue/job.ts';

const MINUTE_MS = 60_000;

const JOB: Job = {
  id: 'j1',
  request: {
    prompt: 'jazz *piano*',
    negativePrompt: '',
    seed: 7,
    steps: 20,
    guidanceScale: 4,
    scheduler: 'ddim',
    profile: 'balanced',
  },
  userId: '11',
  guildId: '1',
  target: {
    context: 'guild',
    channelId: 'c',
    applicationId: 'a',
    interactionToken: 't',
    tokenExpiresAt: 0,
    canPost: true,
    locale: 'en',
    maxFileBytes: 1,
  },
  parentJobId: null,
  createdAt: 0,
  attempts: 0,
  priority: 0,
  state: { kind: 'waiting' },
};
const POSITION: QueuePosition = { number: 2, total: 4, etaMs: 5000, blocked: null };
const SHUT_OUT: Job = { ...JOB, target: { ...JOB.target, canPost: false } };

describe('the card of a riff', () => {
  test('waiting: position and when', () => {
    const { content } = waitingCard(JOB, POSITION, 60_000);
    assert.equal(content, '“jazz \\*piano\\*” is **2nd** in line · ready <t:60:R>.');
  });

  test('waiting in a paused queue: the reason, escaped, and no time', () => {
    const blocked = { kind: 'paused', reason: '[x](https://y)' } as const;
    const { content } = waitingCard(JOB, { ...POSITION, etaMs: null, blocked }, null);
    assert.match(content, /the queue is paused: \\\[x\\\]\\\(https\\:\/\/y\\\)\.$/);
  });

  test('only a wait that may outlast the answer is told of the button, and only where it will be needed', () => {
    const contentOf = (job: Job, etaMs: number) => waitingCard(job, { ...POSITION, etaMs }, etaMs).content;
    assert.doesNotMatch(contentOf(SHUT_OUT, MINUTE_MS), /button/);
    assert.match(contentOf(SHUT_OUT, 11 * MINUTE_MS), /button/);
    assert.doesNotMatch(contentOf(JOB, 11 * MINUTE_MS), /button/);
    assert.doesNotMatch(runningCard(SHUT_OUT, { stage: 'text', stepIndex: 0, steps: 20 }).content, /button/);
  });

  test('running: it starts with no word of loading, and every bar has its number', () => {
    const stages = ['load', 'text', 'denoise', 'decode', 'audio', 'files'] as const;
    const shares = stages.map((stage) => {
      const { content } = runningCard(JOB, { stage, stepIndex: 10, steps: 20 });
      assert.doesNotMatch(content, /loading/);
      return Number(/` (\d+)%$/.exec(content)?.[1]);
    });
    assert.deepEqual(
      shares,
      shares.toSorted((a, b) => a - b),
    );
    assert.equal(shares[2], 45);
  });

  test('a retry says which of how many', () => {
    const retried = { ...JOB, attempts: 1 };
    assert.match(waitingCard(retried, POSITION, null).content, /trying again \(2 of 3\)\.$/);
    const running = { ...JOB, attempts: 2 };
    assert.match(
      runningCard(running, { stage: 'load', stepIndex: 0, steps: 20 }).content,
      /trying again \(2 of 3\)\n/,
    );
  });

  test('a moderator’s reason is told, one’s own is not, and Again is offered', () => {
    const by = (userId: string, reason: string): Job => ({
      ...JOB,
      state: { kind: 'cancelled', by: userId, reason, cancelledAt: 0 },
    });
    assert.match(cancelledCard(by('mod', 'too loud')).content, /by a moderator: too loud\.$/);
    assert.match(cancelledCard(by('mod', '')).content, /by a moderator\.$/);
    assert.match(cancelledCard(by('11', '/cancel')).content, /was cancelled\.$/);
    const failure = { code: 'x', reason: 'broken', errorId: 'e1', failedAt: 0 };
    const failed = failedCard({ ...JOB, state: { kind: 'failed', ...failure } });
    assert.match(failed.content, /failed: broken\. \(error e1\)$/);
    for (const { components } of [failed, cancelledCard(by('mod', ''))])
      assert.match(JSON.stringify(components), /"custom_id":"1:again:j1"/);
  });

  test('a failure and a block of the queue are told in the language of the user; unknown reasons as they stand', () => {
    const german: Job = { ...JOB, target: { ...JOB.target, locale: 'de' } };
    const failedBy = (reason: string): string =>
      failedCard({ ...german, state: { kind: 'failed', code: 'x', reason, errorId: 'e1', failedAt: 0 } })
        .content;
    assert.ok(failedBy(reasonTexts.en.engineFailed).includes(reasonTexts.de.engineFailed));
    assert.ok(failedBy('of an earlier version').includes('of an earlier version'));
    const blocked = { kind: 'blocked', reason: reasonTexts.en.noWorker } as const;
    const { content } = waitingCard(german, { ...POSITION, etaMs: null, blocked }, null);
    assert.ok(content.includes(reasonTexts.de.noWorker));
  });

  test('a job that was stored with a locale of Discord speaks the language of it', () => {
    for (const [stored, language] of [
      ['de', 'de'],
      ['en-GB', 'en'],
      ['ja', 'en'],
    ] as const)
      assert.equal(replyTargetSchema.parse({ ...JOB.target, locale: stored }).locale, language);
  });
});
