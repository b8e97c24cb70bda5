import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SimulatedUser } from 'local-discord/simulated-user';
import { encodeOggOpus } from '../../src/audio/ogg-opus.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { refusalTexts } from '../../src/messages/refusals.ts';
import { riffTexts } from '../../src/messages/riff.ts';
import type { RiffRequest } from '../../src/riff/request.ts';
import { withRecipe } from '../../src/spectrogram/png-chunks.ts';
import { isFinished, privateAnswer } from './bench/answers.ts';
import { PIXEL } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

const REQUEST: RiffRequest = {
  prompt: 'jazz',
  negativePrompt: 'vocals',
  seed: 7,
  steps: 12,
  guidanceScale: 4,
  scheduler: 'ddim',
  profile: 'classic',
  bpm: 93.75,
};
const SAMPLES = [new Float32Array(100)];

function recipe(request: RiffRequest = REQUEST): string {
  return JSON.stringify({ ...request, model: 'm', modelVersion: '1', device: 'CPU', generator: 'riff 0.1' });
}

/** A message with these files, and the menu of it used by Mika. */
function usedOn(bench: WireBench, files: Readonly<Record<string, Uint8Array>>) {
  const noor: SimulatedUser = bench.discord.actAs('noor');
  const ids = Object.entries(files).map(([filename, bytes]) => noor.upload({ filename, bytes }).id);
  const said = noor.say('listen', ids);
  return bench.discord.actAs('mika').contextMenu(riffTexts.en.fromMessage, { message: said.id });
}

test('the riff of a message is made again from the recipe in its picture or its sound', async () => {
  await using bench = await WireBench.open();
  bench.life.engine.isQuick = true;
  const sound = encodeWav(SAMPLES, 44_100, {
    title: 'a',
    software: 'riff',
    recipe: recipe({ ...REQUEST, prompt: 'of the sound' }),
  });
  await bench.discord.waitForOriginal(
    usedOn(bench, { 'a.wav': sound, 'b.png': withRecipe(PIXEL, recipe()) }),
    isFinished,
  );
  await bench.discord.waitForOriginal(usedOn(bench, { 'a.wav': sound, 'b.png': PIXEL }), isFinished);
  const ogg = encodeOggOpus(new Float32Array(100), 44_100, {
    ...{ title: 'a', software: 'riff' },
    recipe: recipe({ ...REQUEST, prompt: 'of the Ogg' }),
  });
  await bench.discord.waitForOriginal(usedOn(bench, { 'a.ogg': ogg }), isFinished);
  const made = bench.life.engine.renders.map(({ request }) => request);
  const others = ['of the sound', 'of the Ogg'].map((prompt) => ({ ...REQUEST, prompt }));
  assert.deepEqual(made, [REQUEST, ...others]);
  const job = await bench.life.queue.get(bench.life.engine.renders[0]?.jobId ?? '');
  assert.equal(job?.userId, bench.discord.user('mika').id);
});

test('a message without a recipe, a faulty one and a forged one are refused in a sentence', async () => {
  await using bench = await WireBench.open();
  const answerTo = (files: Readonly<Record<string, Uint8Array>>) =>
    privateAnswer(bench, usedOn(bench, files));
  const none = riffTexts.en.noRecipe;
  assert.equal(await answerTo({}), none);
  assert.equal(await answerTo({ 'a.png': PIXEL, 'b.wav': encodeWav(SAMPLES, 44_100), 'c.txt': PIXEL }), none);
  assert.match(await answerTo({ 'a.png': withRecipe(PIXEL, '{"seed":') }), /^file: expected a recipe/);
  const stolen = recipe({ ...REQUEST, from: { kind: 'remix', of: { upload: 'a1.upload' }, strength: 0.5 } });
  assert.match(await answerTo({ 'a.png': withRecipe(PIXEL, stolen) }), /^file: expected a recipe that holds/);
  assert.equal(bench.life.engine.renders.length, 0);
});

test('the rules of the server hold for what a message brings', async () => {
  await using bench = await WireBench.open();
  await bench.life.settings.update(bench.discord.guildId, { blockedWords: ['jazz'] });
  const used = usedOn(bench, { 'a.png': withRecipe(PIXEL, recipe()) });
  assert.equal(await privateAnswer(bench, used), refusalTexts.en.blockedWord);
});
