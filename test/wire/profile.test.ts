import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishedRiff, privateAnswer } from './bench/answers.ts';
import { SCRIPTED_ENGINE } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

test('a server’s profile decides how riffs are made there, until it is taken back', async () => {
  await using bench = await WireBench.open();
  const { discord, life } = bench;
  const ada = discord.actAs('ada');
  assert.match(
    await privateAnswer(bench, ada.command('settings profile', { name: 'classic' })),
    /\*\*Profile:\*\* classic/,
  );
  await finishedRiff(bench, { prompt: 'as the notebook does it' });
  assert.match(await privateAnswer(bench, ada.command('settings profile')), /\*\*Profile:\*\* balanced/);
  await finishedRiff(bench, { prompt: 'as the model does it' });

  const made = life.engine.renders.map(({ request }) => [request.profile, request.scheduler, request.steps]);
  const { scheduler, steps } = SCRIPTED_ENGINE.defaults;
  assert.deepEqual(made, [
    ['classic', 'pndm', 20],
    ['balanced', scheduler, steps],
  ]);
});
