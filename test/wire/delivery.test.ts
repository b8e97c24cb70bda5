import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { Interaction } from 'local-discord/interaction';
import type { JobState } from '../../src/queue/job.ts';
import { openStore } from '../../src/store/sqlite/sqlite.ts';
import { happens } from '../waiting.ts';
import { deletedBy, finishedRiff, isFinished, privateAnswer, underWay } from './bench/answers.ts';
import type { ScriptedRender } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

const EDIT = 'PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original';
const POST = 'POST /channels/{channel_id}/messages';
const CALLBACK = /^POST \/interactions\/.*\/callback/;
const PAST_TOKEN_MS = 16 * 60_000;
const NONCE_FORGOTTEN_MS = 10 * 60_000;
const ENDED: readonly JobState['kind'][] = ['done', 'failed', 'cancelled'];

/** The job's state once it has ended, however long that takes by the bench's clock. */
async function ended(bench: WireBench, { jobId }: ScriptedRender): Promise<JobState> {
  const look = async (): Promise<JobState> => {
    for (;;) {
      const state = (await bench.life.queue.get(jobId))?.state;
      if (state && ENDED.includes(state.kind)) return state;
      await new Promise(setImmediate);
    }
  };
  return bench.passTimeUntil(look());
}

const stateOf = async (bench: WireBench, { jobId }: ScriptedRender): Promise<JobState | undefined> =>
  (await bench.life.queue.get(jobId))?.state;

/** Lets the store name another path for the riff's sound, where no file is. */
async function movedTo({ folder }: WireBench, path: string): Promise<void> {
  const database = openStore(folder);
  await database.run(`UPDATE jobs SET files = json_set(files, '$.wav.path', :path)`, { path });
  database.close();
}

const riffsIn = (bench: WireBench, channel = 'music') => bench.discord.messages(channel).filter(isFinished);

describe('two attempts never become two messages', () => {
  for (const channel of ['music', 'dm']) {
    test(`a post whose answer was lost is found by the next life of the bot (${channel})`, async () => {
      await using bench = await WireBench.open();
      const { discord, clock } = bench;
      const { command, render } = await underWay(bench, channel);
      clock.advance(PAST_TOKEN_MS);
      const heal = discord.failNext(POST, { status: 503, when: 'after', times: Infinity });
      render.finish();
      await discord.waitForMessage(isFinished, { channel: command.channelId });
      await bench.stopBot();
      // Discord knows a nonce for a few minutes only.
      clock.advance(NONCE_FORGOTTEN_MS);
      heal();
      await bench.startBot();
      assert.equal((await ended(bench, render)).kind, 'done');
      assert.equal(riffsIn(bench, command.channelId).length, 1);
    });
  }

  test('an edit whose answer was lost until the token was over is found as well', async () => {
    await using bench = await WireBench.open();
    const { discord, clock } = bench;
    const { command, render } = await underWay(bench);
    const heal = discord.failNext(EDIT, { status: 503, when: 'after', times: Infinity });
    render.finish();
    await discord.waitForOriginal(command, isFinished);
    clock.advance(PAST_TOKEN_MS);
    heal();
    assert.equal((await ended(bench, render)).kind, 'done');
    assert.equal(riffsIn(bench).length, 1);
  });

  test('where the bot may not read the channel it posts, rather than losing the riff', async () => {
    await using bench = await WireBench.open();
    const { discord, clock } = bench;
    const { render } = await underWay(bench);
    clock.advance(PAST_TOKEN_MS);
    discord.failNext(POST, { status: 503, times: 4 });
    discord.failNext('GET /channels/{channel_id}/messages', {
      status: 403,
      body: { code: 50001, message: 'no' },
    });
    render.finish();
    assert.equal((await ended(bench, render)).kind, 'done');
    assert.equal(riffsIn(bench).length, 1);
  });
});

describe('a refusal that may pass is waited out', () => {
  const REFUSALS = [
    { status: 503 },
    { status: 401, body: { code: 0, message: '401: Unauthorized' } },
    { status: 403, body: { error: 'blocked by the proxy' } },
    { status: 404, body: '<html>no such host</html>' },
    { status: 400, body: '<html>Bad Request</html>' },
    { status: 407, body: {} },
    { status: 403, body: { code: 40333, message: 'internal network error' } },
  ];
  for (const refusal of REFUSALS) {
    test(`${refusal.status} ${JSON.stringify(refusal.body ?? '')} for eight minutes loses no riff`, async () => {
      await using bench = await WireBench.open();
      const { discord, clock } = bench;
      const { render } = await underWay(bench);
      const heal = discord.failNext(EDIT, { ...refusal, times: Infinity });
      const cancel = clock.after(8 * 60_000, heal);
      render.finish();
      assert.equal((await ended(bench, render)).kind, 'done');
      assert.equal(riffsIn(bench).length, 1);
      cancel();
    });
  }
});

test('a riff whose files were deleted before it was sent is made again and sent once', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const { command, render } = await underWay(bench);
  const heal = discord.failNext(EDIT, { status: 503, times: Infinity });
  render.finish();
  await happens('a failed delivery', () => bench.logLines.some((line) => line.includes('a delivery failed')));
  const state = (await life.queue.get(render.jobId))?.state;
  assert.ok(state?.kind === 'rendered');
  rmSync(state.files.picture.path);
  heal();
  life.engine.isQuick = true;
  assert.equal((await ended(bench, render)).kind, 'done');
  await discord.waitForOriginal(command, isFinished);
  assert.deepEqual([riffsIn(bench).length, life.engine.renders.length], [1, 2]);
});

describe('a closed thread', () => {
  const ARCHIVED = { status: 400, body: { message: 'Thread is archived', code: 50083 } };
  const LOCKED = { status: 403, body: { message: 'This thread is locked', code: 160005 } };

  for (const refusal of [ARCHIVED, { ...ARCHIVED, status: 403 }, LOCKED]) {
    test(`is opened again by a post (${refusal.status} ${refusal.body.code})`, async () => {
      await using bench = await WireBench.open();
      const { discord } = bench;
      const { render } = await underWay(bench);
      discord.failNext(EDIT, { ...refusal, times: 9 });
      render.finish();
      assert.equal((await ended(bench, render)).kind, 'done');
      assert.equal(riffsIn(bench).filter(({ origin }) => origin === null).length, 1);
    });
  }

  test('that a post has opened has its riff already, although the answer to the post was lost', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { render } = await underWay(bench);
    const open = discord.failNext(EDIT, { ...ARCHIVED, times: Infinity });
    const heal = discord.failNext(POST, { status: 503, when: 'after', times: Infinity });
    render.finish();
    await discord.waitForMessage(isFinished);
    await happens('a failed delivery', () =>
      bench.logLines.some((line) => line.includes('a delivery failed')),
    );
    open();
    heal();
    assert.equal((await ended(bench, render)).kind, 'done');
    assert.equal(riffsIn(bench).length, 1);
  });

  test('that is locked keeps its riff ready for its buttons', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench);
    const open = discord.failNext(EDIT, { ...ARCHIVED, times: Infinity });
    discord.failNext(POST, LOCKED);
    render.finish();
    const state = await ended(bench, render);
    assert.equal(state.kind === 'done' && state.messageId, null);
    assert.ok(bench.logLines.some((line) => line.includes('thread is closed')));
    open();
    const shown = discord.original(command);
    const press = discord.actAs('mika').press(`1:cancel:${render.jobId}`, shown?.id);
    await discord.waitForOriginal(press, isFinished);
  });
});

describe('files that are gone', () => {
  for (const path of ['/nowhere/at/all.wav', '/dev/null/a-file-in-the-way.wav']) {
    test(`before the riff could be sent are made again (${path})`, async () => {
      await using bench = await WireBench.open();
      const { discord } = bench;
      const { command, render } = await underWay(bench);
      const heal = discord.failNext(EDIT, { status: 503, times: Infinity });
      render.finish();
      await happens('a render', async () => (await stateOf(bench, render))?.kind === 'rendered');
      await bench.stopBot();
      await movedTo(bench, path);
      await bench.startBot();
      const again = await bench.life.engine.renderNumber(1);
      heal();
      again.finish();
      await discord.waitForOriginal(command, isFinished);
      assert.equal((await ended(bench, again)).kind, 'done');
      assert.equal(riffsIn(bench).length, 1);
    });
  }

  test('when the riff is collected are told with the way to make it again', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench);
    discord.failNext(EDIT, { status: 400, body: { message: 'Thread is archived', code: 50083 } });
    discord.failNext(POST, { status: 403, body: { message: 'This thread is locked', code: 160005 } });
    render.finish();
    assert.equal((await ended(bench, render)).kind, 'done');
    await movedTo(bench, '/nowhere/at/all.wav');
    const press = discord.actAs('mika').press(`1:cancel:${render.jobId}`, discord.original(command)?.id);
    assert.match(await privateAnswer(bench, press), /no longer here.* seed 4242 /);
  });
});

describe('an acknowledgement whose answer was lost', () => {
  for (const status of [500, 502, 504]) {
    test(`is one: the riff comes (${status})`, async () => {
      await using bench = await WireBench.open();
      const { discord, life } = bench;
      life.engine.isQuick = true;
      discord.failNext(CALLBACK, { status, when: 'after' });
      const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
      await discord.waitForOriginal(command, isFinished);
      assert.equal(life.engine.renders.length, 1);
    });
  }

  test('is one for answers, buttons, forms and suggestions, too', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const mika = discord.actAs('mika');
    /** Acts with an acknowledgement whose answer is lost, and waits for the one that repeats it. */
    const losing = async (act: () => Interaction): Promise<Interaction> => {
      discord.failNext(CALLBACK, { status: 502, when: 'after' });
      const interaction = act();
      const isCallback = ({ path }: { readonly path: string }) => path.includes(interaction.token);
      await happens('a second callback', () => discord.requests.filter(isCallback).length >= 2);
      return interaction;
    };
    const kindOf = async (act: () => Interaction) => (await (await losing(act)).answered).kind;
    assert.equal(await kindOf(() => mika.command('help')), 'message');
    assert.equal(await kindOf(() => mika.autocomplete('cancel', { job: '' }, 'job')), 'choices');
    assert.equal(await kindOf(() => mika.press(`1:retext:${jobId}`, message.id)), 'modal');
    const again = await losing(() => mika.press(`1:again:${jobId}`, message.id));
    await discord.waitForOriginal(again, isFinished);
    await deletedBy(bench, await losing(() => mika.press(`1:delete:${jobId}`, message.id)), message.id);
    assert.equal(life.engine.renders.length, 2);
    assert.deepEqual(
      bench.logLines.filter((line) => /over before|an interaction failed/.test(line)),
      [],
    );
  });

  test('that failed at every try is told in the answer that it made', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    discord.failNext(CALLBACK, { status: 502, when: 'after', times: 4 });
    const command = discord.actAs('sol').command('queue show');
    await discord.waitForOriginal(command, ({ content }) => content.length > 0);
  });

  test('at the first try belongs to another process: nothing is rendered twice, nothing said', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    discord.failNext(CALLBACK, {
      status: 400,
      body: { code: 40060, message: 'Interaction has already been acknowledged.' },
    });
    discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const { jobId } = await life.engine.renderNumber(1);
    await happens('the cancel', async () => (await life.queue.get(jobId))?.state.kind === 'cancelled');
    await bench.stopBot();
    assert.deepEqual(
      discord.requests.filter(({ path }) => path.includes('@original')),
      [],
    );
  });
});

describe('the last word of a job that failed or was cancelled', () => {
  for (const end of ['fail', 'cancel'] as const) {
    test(`is said after an outage and a restart (${end})`, async () => {
      await using bench = await WireBench.open();
      const { discord, life } = bench;
      const { command, render } = await underWay(bench);
      const heal = discord.failNext(EDIT, { status: 503, times: Infinity });
      if (end === 'fail') render.fail('broken');
      else void life.queue.cancel(render.jobId, { by: command.userId, reason: '' });
      await ended(bench, render);
      await bench.stopBot();
      heal();
      await bench.startBot();
      await discord.waitForOriginal(command, ({ content }) => content.includes(end));
    });
  }

  test('is said once the outage is over, in a message where the answer is closed by then', async () => {
    await using bench = await WireBench.open();
    const { discord, clock } = bench;
    const { render } = await underWay(bench);
    const heal = discord.failNext(/./, { status: 503, times: Infinity });
    render.fail('broken');
    await ended(bench, render);
    clock.advance(PAST_TOKEN_MS);
    heal();
    const told = discord.waitForMessage(({ content }) => content.includes('failed:'));
    await bench.passTimeUntil(told);
  });

  test('is said in the answer to the button that cancelled it, once', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench);
    const shown = discord.original(command);
    discord.actAs('mika').press(`1:cancel:${render.jobId}`, shown?.id);
    await discord.waitForOriginal(command, ({ content }) => content.includes('cancelled'));
    await bench.stopBot();
    const cards = discord.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('cancelled'));
    assert.equal(cards.length, 1);
  });
});

describe('a bot whose clock is wrong', () => {
  for (const botAheadMs of [16 * 60_000, -16 * 60_000, 5 * 24 * 3_600_000]) {
    test(`by ${botAheadMs / 60_000} minutes edits its answer all the same, and says once that it is`, async () => {
      await using bench = await WireBench.open({ botAheadMs });
      const { discord } = bench;
      for (const channel of ['music', 'Band practice']) {
        const { command, render } = await underWay(bench, channel);
        render.finish();
        await discord.waitForOriginal(command, isFinished);
      }
      assert.equal(bench.logLines.filter((line) => line.includes('"skewMs"')).length, 1);
    });
  }

  test('that jumps ahead while a riff is drawn delivers it into its answer', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { command, render } = await underWay(bench, 'Band practice');
    bench.jump(5 * 24 * 3_600_000);
    render.finish();
    await discord.waitForOriginal(command, isFinished);
  });
});
