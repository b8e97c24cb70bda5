/** A fault put into the production code on purpose: one of its tests has to fail. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Occurs in the file exactly once. */
  readonly search: string;
  readonly replace: string;
  /** Patterns of test files; one of them must fail. */
  readonly tests: readonly string[];
}

const QUEUE = ['test/queue/*.test.ts', 'test/store/sqlite/*.test.ts'];
const DELIVERY = ['test/wire/delivery.test.ts', 'test/wire/faults.test.ts', 'test/wire/late-answers.test.ts'];

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'retry: a crash of the engine is final',
    file: 'src/queue/retry-policy.ts',
    search: 'const RETRY_DELAYS_MS = [0, 30_000];',
    replace: 'const RETRY_DELAYS_MS: number[] = [];',
    tests: QUEUE,
  },
  {
    name: 'retry: a crash of the engine is tried again without end',
    file: 'src/queue/retry-policy.ts',
    search: 'const delayMs = RETRY_DELAYS_MS[attempts - 1];',
    replace: 'const delayMs = RETRY_DELAYS_MS[0];',
    // The tests of other files would spin: their engines crash every render.
    tests: ['test/queue/riff-queue.test.ts'],
  },
  {
    name: 'retry: an engine that did not start costs a try',
    file: 'src/queue/retry-policy.ts',
    search: "return { kind: 'retry', delayMs: 0, countsAttempt: false };",
    replace: "return { kind: 'retry', delayMs: 0, countsAttempt: true };",
    tests: QUEUE,
  },
  {
    name: 'retry: the death of a bot is final',
    file: 'src/queue/retry-policy.ts',
    search: 'export const MAX_BOT_DEATHS = 10;',
    replace: 'export const MAX_BOT_DEATHS = 1;',
    tests: QUEUE,
  },
  {
    name: 'delivery: nothing is ever delivered',
    file: 'src/queue/delivery.ts',
    search: "if (job.state.kind !== 'rendered' || this.#underWay.has(job.id)) return;",
    replace: "if (job.state.kind === 'rendered' || this.#underWay.has(job.id)) return;",
    tests: ['test/queue/riff-queue.test.ts'],
  },
  {
    name: 'delivery: what passes is tried once',
    file: 'src/queue/delivery.ts',
    search: 'if (deliverForMs !== null && waitedMs >= deliverForMs)',
    replace: 'if (waitedMs >= 0)',
    tests: ['test/queue/recovery.test.ts'],
  },
  {
    name: 'delivery: the message of the attempt before is not looked for',
    file: 'src/discord/deliver.ts',
    search: 'const found = attempt > 1 ? await findDelivered(messages, job) : null;',
    replace: 'const found = attempt > Infinity ? await findDelivered(messages, job) : null;',
    tests: DELIVERY,
  },
  {
    name: 'delivery: a message goes out without a look for an earlier one',
    file: 'src/discord/deliver.ts',
    search: 'return (await findDelivered(messages, job)) ?? post(parts, job, files);',
    replace: 'return post(parts, job, files);',
    tests: DELIVERY,
  },
  {
    name: 'fairness: the newest first',
    file: 'src/queue/turn-order.ts',
    search: 'a.arrival - b.arrival',
    replace: 'b.arrival - a.arrival',
    tests: QUEUE,
  },
  {
    name: 'fairness: one user is shown twice in a row',
    file: 'src/queue/turn-order.ts',
    search: 'next.user.turn = this.#lastTurn;',
    replace: '',
    tests: QUEUE,
  },
  {
    name: 'fairness: one user is served twice in a row',
    file: 'src/store/job-statements.ts',
    search: 'DO UPDATE SET turn = excluded.turn`;',
    replace: 'DO NOTHING`;',
    tests: QUEUE,
  },
  {
    name: 'fairness: /forget gives the first turn',
    file: 'src/store/retention.ts',
    search: 'takeTurn(tx, userId)',
    replace: "tx.run('DELETE FROM turns WHERE user_id = :userId', { userId })",
    tests: ['test/store/sqlite/conformance.test.ts'],
  },
  {
    name: 'admission: one more than the queue takes',
    file: 'src/queue/admission.ts',
    search: 'if (waiting.total < limits.totalWaiting)',
    replace: 'if (waiting.total <= limits.totalWaiting)',
    tests: QUEUE,
  },
  {
    name: 'admission: one more than a user may have waiting',
    file: 'src/queue/admission.ts',
    search: 'if (waiting.user < limits.perUserWaiting)',
    replace: 'if (waiting.user <= limits.perUserWaiting)',
    tests: QUEUE,
  },
  {
    name: 'admission: one more than a server may have waiting',
    file: 'src/queue/admission.ts',
    search: 'waiting.guild < limits.perGuildWaiting)',
    replace: 'waiting.guild <= limits.perGuildWaiting)',
    tests: QUEUE,
  },
  {
    name: 'admission: one more an hour',
    file: 'src/queue/admission.ts',
    search: 'inWindow.at(Math.min(count, limit) - limit - 1)',
    replace: 'inWindow.at(Math.min(count, limit) - limit - 2)',
    tests: QUEUE,
  },
  {
    name: 'admission: a server raises the limits of the operator',
    file: 'src/queue/admission.ts',
    search: 'Math.min(limit, ceiling ?? limit)',
    replace: '(ceiling ?? limit)',
    tests: ['test/queue/guild-limits.test.ts', 'test/wire/server-rules.test.ts'],
  },
];
