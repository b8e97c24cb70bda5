import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Message } from 'local-discord/message';
import { encodeWav } from '../../src/audio/wav.ts';
import { morphTexts } from '../../src/messages/morph.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import { riffCardTexts } from '../../src/messages/riff-card.ts';
import { extended, looped, type Parent, varied } from '../../src/riff/follow-up.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';
import { ABILITIES } from '../abilities.ts';
import { fieldOf, finishedRiff, isFinished, privateAnswer } from './bench/answers.ts';
import { PIXEL, SCRIPTED_ENGINE } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

const FRESH_SEED = 4242;

/** A finished riff of Mika, and Noor who presses a button under it; `pressed` sends and waits for the new riff. */
async function pressing(action: string) {
  const bench = await WireBench.open();
  const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', seed: 7, bpm: 125 });
  const parent: Parent = { riff: bench.life.engine.renders[0]!.request, jobId };
  const noor = bench.discord.actAs('noor');
  const customId = `1:${action}:${jobId}`;
  return { bench, parent, noor, customId, press: noor.press(customId, message.id) };
}

describe('the options of a piece', () => {
  test('reach the engine, and the riff shows them', async () => {
    await using bench = await WireBench.open();
    const { message } = await finishedRiff(bench, { prompt: 'jazz', length: 20, bpm: 93.75 });
    const { lengthSeconds, bpm } = bench.life.engine.renders[0]!.request;
    assert.deepEqual({ lengthSeconds, bpm }, { lengthSeconds: 20, bpm: 93.75 });
    assert.equal(fieldOf(message, 'Bpm'), '93.75');
    assert.ok(fieldOf(message, 'Length') !== undefined);
  });

  test('a minute counts as the clips that it costs', async () => {
    await using bench = await WireBench.open({ limits: { perUserPerHour: 12 } });
    await finishedRiff(bench, { prompt: 'jazz', length: 60, bpm: 125 });
    const refused = bench.discord.actAs('mika').command('riff', { prompt: 'jazz' });
    assert.match(await privateAnswer(bench, refused), /last hour|in an hour/);
  });

  test('a riff that the channel would not take is refused when it is asked for', async () => {
    await using bench = await WireBench.open({ maxFileBytes: 2 * SCRIPTED_ENGINE.wavBytes });
    const refused = bench.discord.actAs('mika').command('riff', { prompt: 'jazz', length: 60 });
    assert.match(await privateAnswer(bench, refused), /Ask for a shorter one/);
  });
});

describe('the card of a long render', () => {
  const painting = (number: number) =>
    ({ stage: 'denoise', stepIndex: 40 + number, steps: 180, window: { number, count: 9 } }) as const;

  test('names the section, in the language of its user', async () => {
    await using bench = await WireBench.open();
    const { discord, life } = bench;
    const mika = discord.actAs('mika');
    mika.setLocale('fr');
    const command = mika.command('riff', { prompt: 'jazz', length: 20 });
    (await life.engine.renderNumber(1)).beat(painting(3));
    const { fr } = riffCardTexts;
    await discord.waitForOriginal(command, ({ content }) => content.includes(fr.section(3, 9)));
  });

  test('shows the preview until the riff takes its place', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz', length: 20 });
    const render = await life.engine.renderNumber(1);
    render.beat(painting(1));
    await discord.waitForOriginal(command, ({ content }) => content.includes('section 1 of 9'));
    clock.advance(3000);
    render.preview(PIXEL);
    const names = ({ attachments }: Message) => attachments.map(({ filename }) => filename);
    const shown = await discord.waitForOriginal(command, (message) => names(message).length > 0);
    assert.deepEqual(
      shown.attachments.map(({ filename, description }) => [filename, description]),
      [['preview.jpg', riffCardTexts.en.preview]],
    );
    clock.advance(3000);
    render.beat(painting(5));
    const later = await discord.waitForOriginal(command, ({ content }) => content.includes('section 5 of 9'));
    assert.deepEqual(names(later), ['preview.jpg']);
    render.finish();
    const riff = await discord.waitForOriginal(command, isFinished);
    assert.deepEqual(names(riff), ['riff-jazz-4242.png', 'riff-jazz-4242.wav']);
  });

  test('goes without the preview once it was cancelled', async () => {
    await using bench = await WireBench.open();
    const { discord, clock, life } = bench;
    const mika = discord.actAs('mika');
    const command = mika.command('riff', { prompt: 'jazz', length: 20 });
    const render = await life.engine.renderNumber(1);
    render.beat(painting(1));
    await discord.waitForOriginal(command, ({ content }) => content.includes('section 1 of 9'));
    clock.advance(3000);
    render.preview(PIXEL);
    const card = await discord.waitForOriginal(command, ({ attachments }) => attachments.length > 0);
    mika.press(`1:cancel:${render.jobId}`, card.id);
    const { attachments } = await discord.waitForOriginal(command, ({ content }) =>
      content.includes('was cancelled'),
    );
    assert.deepEqual(attachments, []);
  });
});

describe('the buttons that go on from a riff', () => {
  for (const amount of ['near', 'far'] as const) {
    test(`Vary ${amount} makes a riff of whoever presses`, async () => {
      const { bench, parent, press } = await pressing(amount);
      await using _ = bench;
      const riff = await bench.discord.waitForOriginal(press, isFinished);
      const shown = amount === 'near' ? ['Varied', `seed ${FRESH_SEED}`] : ['From', 'another riff'];
      assert.equal(fieldOf(riff, shown[0] ?? ''), shown[1]);
      const second = bench.life.engine.renders[1];
      assert.deepEqual(second?.request, varied(parent, amount, FRESH_SEED));
      const job = await bench.life.queue.get(second?.jobId ?? '');
      assert.equal(job?.userId, bench.discord.user('noor').id);
      assert.equal(job?.parentJobId, parent.jobId);
    });
  }

  test('Loop keeps what is there; a loop is not looped again', async () => {
    const { bench, parent, noor, press } = await pressing('loop');
    await using _ = bench;
    const message = await bench.discord.waitForOriginal(press, isFinished);
    const second = bench.life.engine.renders[1];
    assert.deepEqual(second?.request, looped(parent));
    const again = noor.press(`1:loop:${second?.jobId}`, message.id);
    assert.equal(await privateAnswer(bench, again), riffTexts.en.isLoop);
  });

  test('Extend asks how long, where and by which words', async () => {
    const { bench, parent, noor, customId, press } = await pressing('extend');
    await using _ = bench;
    assert.equal((await press.answered).kind, 'modal');
    const sent = noor.submitModal(customId, { seconds: ['10'], at: ['start'], prompt: 'blues' });
    await bench.discord.waitForOriginal(sent, isFinished);
    const options = {
      seconds: 10,
      at: 'start',
      seed: FRESH_SEED,
      prompt: 'blues',
      negativePrompt: '',
    } as const;
    assert.deepEqual(bench.life.engine.renders[1]?.request, extended(parent, options, ABILITIES.grid));
  });

  test('a word that the server has blocked is found in what a riff goes on from', async () => {
    const { bench, noor, customId, press } = await pressing('extend');
    await using _ = bench;
    await press.answered;
    await bench.life.settings.update(bench.discord.guildId, { blockedWords: ['jazz'] });
    const sent = noor.submitModal(customId, { seconds: ['5'], at: ['end'], prompt: 'blues' });
    assert.equal(await privateAnswer(bench, sent), refusalTexts.en.blockedWord);
  });
});

test('/morph begins as one and ends as another, negatives in both', async () => {
  await using bench = await WireBench.open();
  bench.life.engine.isQuick = true;
  const asked = { from: 'solo piano', to: 'techno', negative: 'vocals', length: 15 };
  await bench.discord.waitForOriginal(bench.discord.actAs('mika').command('morph', asked), isFinished);
  const { request } = bench.life.engine.renders[0]!;
  assert.equal(request.lengthSeconds, 15);
  assert.ok(request.from?.kind === 'morph' && 'riff' in request.from.of && 'riff' in request.from.to);
  const ends = [request.from.of.riff, request.from.to.riff];
  assert.deepEqual(
    ends.map(({ prompt, negativePrompt, seed }) => ({ prompt, negativePrompt, seed })),
    ['solo piano', 'techno'].map((prompt) => ({ prompt, negativePrompt: 'vocals', seed: FRESH_SEED })),
  );
});

describe('an end of /morph is', () => {
  /** Noor's finished riff, and what the engine is asked for when she morphs it into techno. */
  async function morphing(endOf: (riff: Message, jobId: string, bench: WireBench) => Record<string, string>) {
    const bench = await WireBench.open();
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', negative: 'drums' }, 'noor');
    const options = { ...endOf(message, jobId, bench), to: 'techno', negative: 'vocals' };
    return { bench, jobId, asked: bench.discord.actAs('noor').command('morph', options) };
  }

  const linkOf = ({ channelId, id }: Message, bench: WireBench): string =>
    `https://discord.com/channels/${bench.discord.guildId}/${channelId}/${id}`;
  const ways: Readonly<Record<string, Parameters<typeof morphing>[0]>> = {
    "a riff of one's own, as it was proposed": (_, jobId) => ({ from: `riff:${jobId}` }),
    'the link of a message': (message, _, bench) => ({ from: linkOf(message, bench) }),
  };
  for (const [name, endOf] of Object.entries(ways)) {
    test(name, async () => {
      const { bench, jobId, asked } = await morphing(endOf);
      await using _ = bench;
      await bench.discord.waitForOriginal(asked, isFinished);
      const { from } = bench.life.engine.renders[1]!.request;
      assert.ok(from?.kind === 'morph' && 'riff' in from.of && 'riff' in from.to);
      assert.deepEqual([from.of.jobId, from.of.riff.negativePrompt], [jobId, 'drums']);
      assert.deepEqual([from.to.riff.prompt, from.to.riff.negativePrompt], ['techno', 'vocals']);
    });
  }

  test('the file of a riff', async () => {
    await using bench = await WireBench.open();
    bench.life.engine.isQuick = true;
    const riff = parseRiffRequest({ prompt: 'slow strings' }, SCRIPTED_ENGINE.defaults, 3);
    const recipe = { ...riff, model: 'stub', modelVersion: '1', device: 'CPU', generator: 'test' };
    const info = { title: '', software: '', recipe: JSON.stringify(recipe) };
    const mika = bench.discord.actAs('mika');
    const file = mika.upload({
      filename: 'riff.wav',
      bytes: encodeWav([new Float32Array(10)], 44_100, info),
    });
    const asked = mika.command('morph', { from: 'jazz', to_file: file.id });
    await bench.discord.waitForOriginal(asked, isFinished);
    const { from } = bench.life.engine.renders[0]!.request;
    assert.ok(from?.kind === 'morph' && 'riff' in from.to);
    assert.deepEqual([from.to.riff.prompt, from.to.riff.seed], [riff.prompt, riff.seed]);
    const none = mika.upload({ filename: 'a.wav', bytes: encodeWav([new Float32Array(10)], 44_100) });
    const refused = mika.command('morph', { from: 'jazz', to_file: none.id });
    assert.equal(await privateAnswer(bench, refused), morphTexts.en.noRecipe('to_file'));
  });

  test("nobody else's riff by its id, no message that shows none, and not nothing", async () => {
    await using bench = await WireBench.open();
    const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz' }, 'noor');
    const mika = bench.discord.actAs('mika');
    const words = mika.say('words');
    const elsewhere = linkOf({ ...message, channelId: '1' }, bench);
    for (const from of [`riff:${jobId}`, 'riff:nothing', linkOf(words, bench), elsewhere]) {
      const refused = mika.command('morph', { from, to: 'techno' });
      assert.equal(await privateAnswer(bench, refused), morphTexts.en.noRiff('from'), from);
    }
    const nothing = mika.command('morph', { to: 'techno' });
    assert.equal(await privateAnswer(bench, nothing), morphTexts.en.nothing('from'));
  });

  test("proposed from the user's finished riffs", async () => {
    await using bench = await WireBench.open();
    const { jobId } = await finishedRiff(bench, { prompt: 'slow strings' });
    const typed = bench.discord.actAs('mika').autocomplete('morph', { from: 'slow' }, 'from');
    const answer = await typed.answered;
    assert.ok(answer.kind === 'choices');
    assert.ok(
      answer.choices.some(({ value }) => value === `riff:${jobId}`),
      JSON.stringify(answer.choices),
    );
  });
});
