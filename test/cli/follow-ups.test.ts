import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { encodeWav } from '../../src/audio/wav.ts';
import { TINY_MODEL } from './model/model-context.ts';
import { openRiff, REPOSITORY, temporaryFolder } from './run-riff.ts';

const MODEL = join(REPOSITORY, 'models/riff-mini');
const skip = existsSync(join(MODEL, 'model_index.json')) ? false : `${MODEL} is not there`;

/** For what no music is needed. Its pictures have 64 rows. */
const TINY_INDEX = { riff: { spectrogram: { num_frequencies: 64 } } };

/** Enough to tell files apart. */
const QUICK = ['--steps', '2', '--profile', 'fast'];

describe('what goes on from a riff, on the command line', { skip }, () => {
  const folder = temporaryFolder();
  const riff = openRiff(folder);
  const runOn = async (model: string, ...args: string[]) => {
    const { code, stdout, stderr } = await riff([...args, '--model', model, '--json']);
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const run = (...args: string[]) => runOn(MODEL, ...args);
  const tinyModel = (name: string, has: (path: string) => boolean = () => true): string => {
    const model = join(folder, name);
    cpSync(TINY_MODEL, model, { recursive: true, filter: has });
    writeFileSync(join(model, 'model_index.json'), JSON.stringify(TINY_INDEX));
    return model;
  };
  const read = (path: string) => readFileSync(join(folder, path));

  let tiny: string;
  before(async () => {
    tiny = tinyModel('tiny');
    const techno = ['generate', 'techno with drums', '--seed', '7', ...QUICK];
    await runOn(tiny, ...techno, '--png', 'tiny.png');
    await run(...techno, '--png', 'a.png');
  });

  test('a piece is as long and as fast as was asked, and a loop can be heard twice', async () => {
    const { recipe, durationMs, twice } = await run(
      ...['generate', 'techno', ...QUICK, '--bpm', '120', '--length', '6', '--loop'],
    );
    assert.deepEqual([recipe.bpm, recipe.lengthSeconds, recipe.loop], [120, 6, true]);
    assert.equal(durationMs.sound, 6000);
    assert.ok(existsSync(twice));
  });

  test('the picture and the sound of a riff are one and the same to go on from', async () => {
    await runOn(tiny, 'vary', 'tiny.png', '--seed', '8', '--png', 'b.png');
    await runOn(tiny, 'vary', 'tiny.wav', '--seed', '8', '--png', 'c.png');
    assert.ok(read('b.wav').equals(read('c.wav')));
    assert.ok(!read('b.wav').equals(read('tiny.wav')));
  });

  test('extend, loop, morph and remix make what they say, beside what they read', async () => {
    const longer = await run('extend', 'a.png', '--seconds', '2', '--prompt', 'jazz piano', '--seed', '8');
    assert.equal(longer.durationMs.sound, 7120);
    assert.equal(longer.recipe.prompt, 'jazz piano');
    assert.equal(longer.png, join(folder, 'riffs/techno-with-drums-extended-8.png'));
    const loop = await run('loop', 'a.wav', '--bpm', '100');
    assert.equal((loop.durationMs.sound / 2400) % 1, 0);
    const morph = await run('morph', 'a.png', 'jazz piano', '--length', '6', ...QUICK);
    assert.equal(morph.durationMs.sound, 6000);
    const remix = await runOn(tiny, 'remix', 'tiny.wav', 'rock', 'guitar', '--start', '0', ...QUICK);
    assert.equal(remix.recipe.prompt, 'rock guitar');
  });

  test('what the model cannot do is refused before anything is rendered', async () => {
    const model = tinyModel('deaf', (path) => !path.includes('vae_encoder'));
    writeFileSync(join(folder, 'sound.wav'), encodeWav([new Float32Array(300_000).fill(0.1)], 44_100));
    const { code, stderr } = await riff(['remix', 'sound.wav', 'jazz', '--model', model]);
    assert.deepEqual([code, stderr.includes('This model cannot go on from a sound.')], [2, true], stderr);
  });
});
