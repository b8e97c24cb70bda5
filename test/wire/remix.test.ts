import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Interaction } from 'local-discord/interaction';
import { decodeWav, encodeWav } from '../../src/audio/wav.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { remixTexts } from '../../src/messages/remix.ts';
import { uploadName } from '../../src/riff/engine.ts';
import { REMIX_STRENGTHS, varied } from '../../src/riff/follow-up.ts';
import { sourcesOf, uploadOf } from '../../src/riff/origin.ts';
import { readOrdinaryFile } from '../../src/system/ordinary-file.ts';
import { happens } from '../waiting.ts';
import { fieldOf, finished, privateAnswer } from './bench/answers.ts';
import { HEARD } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

/** Eight seconds; the last six are louder. */
const TUNE = encodeWav(
  [
    Float32Array.from(
      { length: 8 * 44_100 },
      (_, i) => (i < 88_200 ? 0.05 : 0.5) * Math.sin(i / 20) * (i % 11_025 < 5000 ? 1 : 0.1),
    ),
  ],
  44_100,
);

function asking(
  bench: WireBench,
  options: Record<string, string | number> = {},
  bytes: Uint8Array = TUNE,
): Interaction {
  const mika = bench.discord.actAs('mika');
  const { id } = mika.upload({ filename: 'tune.wav', bytes });
  return mika.command('remix', { audio: id, prompt: 'jazz piano', ...options });
}

/** A sound is decoded by a process of its own, which takes its time on a busy machine. */
const PATIENT = { timeoutMs: 60_000 };

const uploadPath = ({ folder }: WireBench, jobId: string): string => join(folder, 'riffs', uploadName(jobId));

describe('/remix', () => {
  test('keeps the part of the sound with the job until it has ended, and says what was used', async () => {
    await using bench = await WireBench.open();
    const asked = asking(bench, { strength: 'tune', start: 2, negative: 'vocals' });
    const render = await bench.life.engine.renderNumber(1);
    const { from, prompt, negativePrompt } = render.request;
    assert.deepEqual([prompt, negativePrompt], ['jazz piano', 'vocals']);
    assert.ok(from?.kind === 'remix' && from.strength === REMIX_STRENGTHS.tune);
    const upload = uploadOf(render.request);
    assert.deepEqual(upload, {
      upload: uploadName(render.jobId),
      startSeconds: 0,
      cutFrom: { name: 'tune.wav', startSeconds: 2 },
    });
    const kept = decodeWav(await readOrdinaryFile(uploadPath(bench, render.jobId)), 44_100).waveform;
    assert.ok(kept.length >= 5.12 * 44_100 && kept.length < 7 * 44_100, `${kept.length}`);
    render.finish();
    const { message, jobId } = await finished(bench, asked, PATIENT);
    assert.equal(fieldOf(message, 'From'), '0:02 of tune.wav · about 118 bpm');
    await happens('the sound to go', () => !existsSync(uploadPath(bench, jobId)));
  });

  test('a file that is none, or too short, is answered with one sentence, and nothing is kept', async () => {
    await using bench = await WireBench.open();
    const none = asking(bench, {}, Buffer.from('%PDF-1.7'));
    assert.match(await privateAnswer(bench, none, PATIENT), /^sound: expected .* a file of another type/);
    const short = asking(bench, {}, encodeWav([new Float32Array(44_100).fill(0.1)], 44_100));
    assert.match(await privateAnswer(bench, short, PATIENT), /at least 5\.12 seconds, got 1\.00/);
    assert.deepEqual([bench.life.engine.renders.length, existsSync(join(bench.folder, 'riffs'))], [0, false]);
  });

  test('a cancelled one leaves no sound, and its button says to upload it again', async () => {
    await using bench = await WireBench.open();
    const asked = asking(bench);
    const { jobId } = await bench.life.engine.renderNumber(1);
    assert.ok(existsSync(uploadPath(bench, jobId)));
    await bench.life.queue.cancel(jobId, { by: bench.discord.user('mika').id, reason: '' });
    await happens('the sound to go', () => !existsSync(uploadPath(bench, jobId)));
    const { id } = await bench.discord.waitForOriginal(asked, ({ content }) => content.includes('cancelled'));
    const again = bench.discord.actAs('noor').press(`1:again:${jobId}`, id);
    assert.equal(await privateAnswer(bench, again), remixTexts.en.soundGone);
  });

  test('waits for its sound over a restart', async () => {
    await using bench = await WireBench.open();
    asking(bench);
    const { jobId } = await bench.life.engine.renderNumber(1);
    await bench.stopBot();
    await bench.startBot();
    assert.equal((await bench.life.engine.renderNumber(1)).jobId, jobId);
    assert.ok(existsSync(uploadPath(bench, jobId)));
  });

  test('words that the server has blocked are refused, in the name of the file as well', async () => {
    await using bench = await WireBench.open();
    await bench.life.settings.update(bench.discord.guildId, { blockedWords: ['tune'] });
    assert.equal(await privateAnswer(bench, asking(bench)), refusalTexts.en.blockedWord);
  });

  test('counts in the limits', async () => {
    await using bench = await WireBench.open({ limits: { perUserWaiting: 1 } });
    asking(bench);
    await bench.life.engine.renderNumber(1);
    const second = asking(bench);
    await happens('it to wait', async () => (await bench.life.queue.positions()).size === 2);
    assert.match(await privateAnswer(bench, asking(bench), PATIENT), /the limit is 1/);
    await bench.discord.waitForOriginal(second, ({ content }) => content.includes('in line'));
  });
});

test('every button under a remix goes on from what was heard', async () => {
  await using bench = await WireBench.open({ limits: { perUserWaiting: 10 } });
  bench.life.engine.isQuick = true;
  const { message, jobId } = await finished(bench, asking(bench), PATIENT);
  const heard = {
    ...bench.life.engine.renders[0]!.request,
    from: { kind: 'remix', of: { sound: HEARD }, strength: REMIX_STRENGTHS.beat },
  } as const;
  const noor = bench.discord.actAs('noor');
  for (const action of ['again', 'near', 'far', 'loop'] as const) {
    await finished(bench, noor.press(`1:${action}:${jobId}`, message.id), PATIENT);
    const { request } = bench.life.engine.renders.at(-1)!;
    assert.equal(uploadOf(request), null, action);
    if (action === 'again') assert.deepEqual(request, { ...heard, seed: 4242 });
    if (action === 'near') assert.deepEqual(request, varied({ riff: heard, jobId }, 'near', 4242));
    if (action === 'far' || action === 'loop') assert.deepEqual(sourcesOf(request), [{ riff: heard, jobId }]);
  }
});

describe('Remix this', () => {
  test('asks for words and strength, and remixes the sound of the message', async () => {
    await using bench = await WireBench.open();
    bench.life.engine.isQuick = true;
    const noor = bench.discord.actAs('noor');
    const said = noor.say('my tune', [
      noor.upload({ filename: 'a.txt', bytes: TUNE }).id,
      noor.upload({ filename: 'tune.wav', bytes: TUNE }).id,
    ]);
    const mika = bench.discord.actAs('mika');
    const used = mika.contextMenu('Remix this', { message: said.id });
    assert.equal((await used.answered).kind, 'modal');
    const sent = mika.submitModal(`1:remix:${used.id}`, { prompt: 'techno', strength: ['little'] });
    await finished(bench, sent, PATIENT);
    const { request } = bench.life.engine.renders[0]!;
    assert.equal(uploadOf(request)?.cutFrom?.name, 'tune.wav');
    assert.ok(request.from?.kind === 'remix' && request.from.strength === REMIX_STRENGTHS.little);
    assert.equal(request.prompt, 'techno');
  });

  test('says so where a message has no sound, and where the form is older than the bot', async () => {
    await using bench = await WireBench.open();
    const mika = bench.discord.actAs('mika');
    const said = mika.say('words alone');
    const used = mika.contextMenu('Remix this', { message: said.id });
    assert.equal(await privateAnswer(bench, used), remixTexts.en.noSound);
    const tune = mika.say('', [mika.upload({ filename: 'tune.wav', bytes: TUNE }).id]);
    const opened = mika.contextMenu('Remix this', { message: tune.id });
    await opened.answered;
    await bench.stopBot();
    await bench.startBot();
    const late = mika.submitModal(`1:remix:${opened.id}`, { prompt: 'techno', strength: ['beat'] });
    assert.equal(await privateAnswer(bench, late), remixTexts.en.formTooOld);
  });
});
