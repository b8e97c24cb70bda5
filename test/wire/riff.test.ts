import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { MessageFlags } from 'discord.js';
import { forgottenText } from '../../commands/forget.ts';
import { requesterText } from '../../src/discord/finished-riff.ts';
import { BATCH_LIMITS } from '../../src/discord/submit-batch.ts';
import { cancelTexts } from '../../src/messages/cancel.ts';
import { helpTexts } from '../../src/messages/help.ts';
import { riffCardTexts } from '../../src/messages/riff-card.ts';
import { happens } from '../waiting.ts';
import {
  confirmed,
  customIds,
  deletedBy,
  editsOf,
  finishedRiff,
  isFinished,
  privateAnswer,
  privateMessage,
} from './bench/answers.ts';
import { WireBench } from './bench/wire-bench.ts';

const denoise = (stepIndex: number) => ({ stage: 'denoise', stepIndex, steps: 20 }) as const;

describe('/riff', () => {
  test('is answered at once with its position, shows its progress and ends as an ordinary message with picture and sound', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    const command = discord
      .actAs('mika')
      .command('riff', { prompt: 'jazz piano', negative: 'vocals', steps: 20 });
    assert.equal((await command.answered).kind, 'message');
    const render = await life.engine.renderNumber(1);
    render.beat(denoise(3));
    const early = await discord.waitForOriginal(command, ({ content }) => content.includes('step 3/20'));
    assert.deepEqual(customIds(early), [`1:cancel:${render.jobId}`, `1:queue:${render.jobId}`]);
    clock.advance(3000);
    render.beat(denoise(9));
    await discord.waitForOriginal(command, ({ content }) => content.includes('step 9/20'));
    render.finish();
    const riff = await discord.waitForOriginal(command, isFinished);
    assert.deepEqual(render.request, {
      prompt: 'jazz piano',
      negativePrompt: 'vocals',
      seed: 4242,
      steps: 20,
      guidanceScale: 9,
      scheduler: 'dpmpp_2m',
      profile: 'balanced',
    });
    assert.deepEqual(
      riff.attachments.map(({ filename, contentType, description }) => [filename, contentType, description]),
      [
        ['riff-jazz-piano-4242.png', 'image/png', 'Spectrogram of 5.1 s of music, seed 4242: jazz piano'],
        ['riff-jazz-piano-4242.wav', 'audio/wav', '5.1 s of music'],
      ],
    );
    assert.equal(riff.flags & MessageFlags.IsComponentsV2, 0);
    const { jobId } = render;
    const actions = ['again', 'retext', 'voice', 'delete', 'near', 'far', 'extend', 'loop'];
    assert.deepEqual(
      customIds(riff),
      actions.map((action) => `1:${action}:${jobId}`),
    );
    const [embed] = riff.embeds as { description: string; fields: { name: string; value: string }[] }[];
    const asked = requesterText({ userId: discord.user('mika').id, guildId: discord.guildId }, 'en');
    assert.equal(embed?.description, `**Prompt:** jazz piano\n**Without:** vocals\n${asked}`);
    assert.deepEqual(
      embed?.fields.map(({ name, value }) => `${name}: ${value}`),
      [
        'Seed: 4242',
        'Steps: 20',
        'Guidance: 9',
        String.raw`Scheduler: dpmpp\_2m`,
        'Profile: balanced',
        'Model: stub 1',
        `${riffCardTexts.en.fields.madeIn}: 7.2 s`,
      ],
    );
  });

  test('edits a running answer at most every three seconds, and only when its text changed', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const render = await life.engine.renderNumber(1);
    render.beat(denoise(1));
    await discord.waitForOriginal(command, ({ content }) => content.includes('step 1/20'));
    const before = editsOf(bench, command);
    for (let stepIndex = 2; stepIndex <= 13; stepIndex++) {
      clock.advance(250);
      render.beat(denoise(stepIndex));
    }
    await discord.waitForOriginal(command, ({ content }) => content.includes('step 13/20'));
    assert.equal(editsOf(bench, command), before + 1);
    clock.advance(10_000);
    render.beat(denoise(13));
    render.finish();
    await discord.waitForOriginal(command, isFinished);
    assert.equal(editsOf(bench, command), before + 2);
  });

  test('shows position and estimate while it waits, and moves up', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    discord.actAs('mika').command('riff', { prompt: 'first' });
    const first = await life.engine.renderNumber(1);
    const second = discord.actAs('noor').command('riff', { prompt: 'second' });
    await discord.waitForOriginal(second, ({ content }) => content.includes('**1st** in line'));
    const third = discord.actAs('sol').command('riff', { prompt: 'third' });
    const waiting = await discord.waitForOriginal(third, ({ content }) =>
      content.includes('**2nd** in line'),
    );
    assert.match(waiting.content, /ready <t:\d+:R>/);
    first.finish();
    await life.engine.renderNumber(2);
    clock.advance(12_000);
    await discord.waitForOriginal(third, ({ content }) => content.includes('**1st** in line'));
  });

  test('works in the bot’s DM and in a private channel', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    life.engine.isQuick = true;
    for (const channel of ['dm', 'Band practice']) {
      const command = discord.actAs('mika', { channel }).command('riff', { prompt: 'jazz' });
      await discord.waitForOriginal(command, isFinished);
    }
  });

  test('refuses privately what the limits do not allow and says when to try again', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 1 } });
    const { discord, life } = bench;
    const mika = discord.actAs('mika');
    mika.command('riff', { prompt: 'running' });
    await life.engine.renderNumber(1);
    const waiting = mika.command('riff', { prompt: 'waiting' });
    await discord.waitForOriginal(waiting, ({ content }) => content.includes('in line'));
    const refused = await privateAnswer(bench, mika.command('riff', { prompt: 'one too many' }));
    assert.match(refused, /the limit is 1.*Try again in a moment/);
    assert.equal(discord.messages().length, 3);
  });

  test('refuses before rendering a sound that is larger than the channel takes', async () => {
    await using bench = await WireBench.open({ maxFileBytes: 3000 });
    const refused = await privateAnswer(
      bench,
      bench.discord.actAs('mika').command('riff', { prompt: 'jazz' }),
    );
    assert.match(refused, /this channel takes 0\.0 MiB/);
    assert.equal(bench.life.engine.renders.length, 0);
  });

  test('says in one sentence why a riff failed, with the id that stands in the log', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    (await life.engine.renderNumber(1)).fail('the model is *broken*');
    const failed = await discord.waitForOriginal(command, ({ content }) => content.includes('failed'));
    const errorId = /error (\w+)\)/.exec(failed.content)?.[1] ?? '';
    assert.ok(errorId !== '' && bench.logLines.some((line) => line.includes(errorId)), failed.content);
    const job = await life.queue.get(life.engine.renders[0]?.jobId ?? '');
    assert.deepEqual(customIds(failed), [`1:again:${job?.id}`]);
  });
});

test('a poster is shown in the embed, the picture that can be decoded is attached, too', async () => {
  await using bench = await WireBench.open();
  Object.assign(bench.life.engine, { isQuick: true, drawsPoster: true });
  const command = bench.discord.actAs('mika').command('riff', { prompt: 'jazz', seed: 7 });
  const { attachments, embeds } = await bench.discord.waitForOriginal(
    command,
    ({ attachments }) => attachments.length === 3,
  );
  assert.deepEqual(
    attachments.map(({ filename }) => filename),
    ['riff-jazz-7.jpg', 'riff-jazz-7.png', 'riff-jazz-7.wav'],
  );
  assert.match(JSON.stringify(embeds), /riff-jazz-7\.jpg/);
});

describe('the buttons of a riff', () => {
  test('Again makes a riff of whoever presses, with a new seed', async () => {
    await using bench = await WireBench.open();
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', seed: 7, guidance: 3 });
    const again = bench.discord.actAs('noor').press(`1:again:${jobId}`, message.id);
    await bench.discord.waitForOriginal(again, isFinished);
    const [first, second] = bench.life.engine.renders;
    assert.equal(first?.request.seed, 7);
    assert.deepEqual(second?.request, { ...first?.request, seed: 4242 });
    const job = await bench.life.queue.get(second?.jobId ?? '');
    assert.equal(job?.userId, bench.discord.user('noor').id);
    assert.equal(job?.parentJobId, jobId);
  });

  test('Same seed, other words opens a form with the old words and keeps everything else', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', negative: 'drums', seed: 7 });
    const noor = discord.actAs('noor');
    const answer = await noor.press(`1:retext:${jobId}`, message.id).answered;
    assert.equal(answer.kind, 'modal');
    const sent = noor.submitModal(`1:retext:${jobId}`, { prompt: 'blues' });
    await discord.waitForOriginal(sent, isFinished);
    const [first, second] = life.engine.renders;
    assert.deepEqual(second?.request, { ...first?.request, prompt: 'blues' });
  });

  test('Other words that begin or cease to exclude something get the guidance that the model proposes for them', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const mika = discord.actAs('mika');
    await mika.press(`1:retext:${jobId}`, message.id).answered;
    const sent = mika.submitModal(`1:retext:${jobId}`, { prompt: 'jazz', negative: 'drums' });
    await discord.waitForOriginal(sent, isFinished);
    const guidances = life.engine.renders.map(({ request }) => request.guidanceScale);
    assert.deepEqual(guidances, [7, 9]);
  });

  test('Other words keep the guidance that somebody chose', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', guidance: 3 });
    const mika = discord.actAs('mika');
    await mika.press(`1:retext:${jobId}`, message.id).answered;
    const sent = mika.submitModal(`1:retext:${jobId}`, { prompt: 'jazz', negative: 'drums' });
    await discord.waitForOriginal(sent, isFinished);
    assert.equal(life.engine.renders[1]?.request.guidanceScale, 3);
  });

  test('Delete obeys the requester and moderators alone', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const own = await finishedRiff(bench, { prompt: 'jazz' });
    const denied = await privateAnswer(
      bench,
      discord.actAs('noor').press(`1:delete:${own.jobId}`, own.message.id),
    );
    assert.match(denied, /Only the user/);
    await deletedBy(
      bench,
      discord.actAs('mika').press(`1:delete:${own.jobId}`, own.message.id),
      own.message.id,
    );
    await happens('the riff to be forgotten', async () => !(await bench.life.queue.get(own.jobId)));
    assert.deepEqual(
      readdirSync(bench.folder).filter((name) => name.startsWith(own.jobId)),
      [],
    );
    const other = await finishedRiff(bench, { prompt: 'blues' });
    await deletedBy(
      bench,
      discord.actAs('sol').press(`1:delete:${other.jobId}`, other.message.id),
      other.message.id,
    );
  });

  test('Delete is not fooled by the id of one’s own job on the message of another', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const mikas = await finishedRiff(bench, { prompt: 'jazz' });
    const noors = await finishedRiff(bench, { prompt: 'blues' }, 'noor');
    const forger = discord.actAs('noor', { unchecked: true });
    assert.match(
      await privateAnswer(bench, forger.press(`1:delete:${noors.jobId}`, mikas.message.id)),
      /Only the/,
    );
    assert.ok(discord.message(mikas.message.id));
  });

  test('Cancel stops a waiting and a running riff of one’s own, and nobody else’s', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const { jobId } = await life.engine.renderNumber(1);
    await discord.waitForOriginal(command, ({ components }) => components.length > 0);
    assert.match(
      await privateAnswer(bench, discord.actAs('noor').press(`1:cancel:${jobId}`)),
      /Only the user/,
    );
    discord.actAs('mika').press(`1:cancel:${jobId}`);
    const cancelled = await discord.waitForOriginal(command, ({ content }) =>
      content.includes('was cancelled'),
    );
    assert.deepEqual(customIds(cancelled), [`1:again:${jobId}`]);
    assert.equal((await life.queue.get(jobId))?.state.kind, 'cancelled');
  });

  test('Show queue gives everybody the public view: positions, prompts only of their own', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'secret melody' });
    const { jobId } = await life.engine.renderNumber(1);
    await discord.waitForOriginal(command, ({ components }) => components.length > 0);
    discord.actAs('mika', { channel: 'dm' }).command('riff', { prompt: 'very private' });
    const seen = await privateAnswer(bench, discord.actAs('noor').press(`1:queue:${jobId}`));
    assert.match(seen, /1 running/);
    assert.match(seen, new RegExp(`running: <@${discord.user('mika').id}>`));
    assert.doesNotMatch(seen, /secret|private/);
    assert.match(
      await privateAnswer(bench, discord.actAs('mika').press(`1:queue:${jobId}`)),
      /secret melody/,
    );
  });

  test('they work after a restart and answer politely when the riff is gone or from another version', async () => {
    await using bench = await WireBench.open();
    const { discord } = bench;
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', seed: 7 });
    await bench.stopBot();
    await bench.startBot();
    bench.life.engine.isQuick = true;
    const again = discord.actAs('mika').press(`1:again:${jobId}`, message.id);
    await discord.waitForOriginal(again, isFinished);
    await confirmed(
      bench,
      discord.actAs('mika'),
      await privateMessage(bench, discord.actAs('mika').command('forget')),
    );
    assert.match(
      await privateAnswer(bench, discord.actAs('mika').press(`1:again:${jobId}`, message.id)),
      /no longer/,
    );
    const forger = discord.actAs('mika', { unchecked: true });
    for (const customId of ['0:again:x', '2:again:x', '1:explode:x', '1:again', 'again', '1:again:../../x']) {
      assert.match(
        await privateAnswer(bench, forger.press(customId, message.id)),
        /another version/,
        customId,
      );
    }
  });
});

describe('/cancel', () => {
  test('takes the newest of one’s own, or the one that was chosen', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const mika = discord.actAs('mika');
    mika.command('riff', { prompt: 'runs' });
    const { jobId: running } = await life.engine.renderNumber(1);
    const second = mika.command('riff', { prompt: 'waits' });
    await discord.waitForOriginal(second, ({ content }) => content.includes('in line'));
    const proposed = await mika.autocomplete('cancel', { job: '' }, 'job').answered;
    assert.deepEqual(proposed.kind === 'choices' && proposed.choices.map(({ name }) => name), [
      'waiting: waits',
      'running: runs',
    ]);
    assert.equal(await privateAnswer(bench, mika.command('cancel')), 'Cancelled.');
    await discord.waitForOriginal(second, ({ content }) => content.includes('was cancelled'));
    const noors = discord.actAs('noor').command('cancel', { job: running });
    assert.equal(await privateAnswer(bench, noors), cancelTexts.en.nothingToCancel);
    assert.equal(await privateAnswer(bench, mika.command('cancel', { job: running })), 'Cancelled.');
    assert.equal(await privateAnswer(bench, mika.command('cancel')), cancelTexts.en.nothingToCancel);
  });
});

describe('/help and /forget', () => {
  test('/help mentions the commands and says what is read', async () => {
    await using bench = await WireBench.open();
    const text = await privateAnswer(bench, bench.discord.actAs('mika').command('help'));
    assert.match(text, /<\/riff:\d+> .* 5\.1 seconds/);
    assert.match(text, /reads only what you type into its commands/);
    assert.ok(text.includes(helpTexts.en.count(BATCH_LIMITS.max)), text);
  });

  test('/forget deletes and counts', async () => {
    await using bench = await WireBench.open();
    const { jobId } = await finishedRiff(bench, { prompt: 'jazz' });
    const mika = bench.discord.actAs('mika');
    const question = await privateMessage(bench, mika.command('forget'));
    assert.match(question.content, /1 riff .* 2 files/);
    assert.ok(await bench.life.queue.get(jobId), 'nothing is deleted before the button is pressed');
    assert.equal(
      await confirmed(bench, mika, question),
      forgottenText({ jobs: 1, files: 2, presets: 0 }, 'en'),
    );
    assert.equal(await bench.life.queue.get(jobId), null);
    assert.equal(await privateAnswer(bench, mika.command('forget')), helpTexts.en.nothingToForget);
  });
});
