import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultsOf } from '../../src/render/profiles.ts';
import { fieldOf, finishedRiff, isFinished, privateAnswer } from './bench/answers.ts';
import { SCRIPTED_ENGINE } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

test('a server’s profile decides how riffs are made there, until it is taken back', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const ada = discord.actAs('ada');
  const setTo = (name: string) => privateAnswer(bench, ada.command('settings profile', { name }));
  assert.match(await setTo('classic'), /\*\*Profile:\*\* classic/);
  assert.match(await privateAnswer(bench, ada.command('settings profile')), /\*\*Profile:\*\* classic/);
  await finishedRiff(bench, { prompt: 'as the notebook does it' });
  assert.match(await setTo('default'), /\*\*Profile:\*\* balanced/);
  await finishedRiff(bench, { prompt: 'as the model does it' });

  const made = life.engine.renders.map(({ request }) => [request.profile, request.scheduler, request.steps]);
  const { scheduler, steps } = defaultsOf('balanced', SCRIPTED_ENGINE.defaults);
  assert.deepEqual(made, [
    ['classic', 'pndm', 20],
    ['balanced', scheduler, steps],
  ]);
});

test('a request chooses its profile over the server’s, shows it, and its buttons keep it', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  await life.settings.update(discord.guildId, { profile: 'fast' });
  const { message, jobId } = await finishedRiff(bench, { prompt: 'jazz', profile: 'classic' });
  assert.equal(fieldOf(message, 'Profile'), 'classic');
  const again = discord.actAs('noor').press(`1:again:${jobId}`, message.id);
  assert.equal(fieldOf(await discord.waitForOriginal(again, isFinished), 'Profile'), 'classic');
  await discord.actAs('noor').press(`1:retext:${jobId}`, message.id).answered;
  const sent = discord.actAs('noor').submitModal(`1:retext:${jobId}`, { prompt: 'blues' });
  assert.equal(fieldOf(await discord.waitForOriginal(sent, isFinished), 'Profile'), 'classic');
  assert.equal(fieldOf((await finishedRiff(bench, { prompt: 'jazz' })).message, 'Profile'), 'fast');
});
