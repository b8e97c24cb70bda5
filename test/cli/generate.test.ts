import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { openRiff, REPOSITORY, runRiff, spawnRiff, temporaryFolder } from './run-riff.ts';

/** Another model's path may be tried: RIFF_TEST_MODEL=/path/to/model. */
const MODEL = process.env.RIFF_TEST_MODEL ?? join(REPOSITORY, 'models/riff-mini');
const skip = existsSync(join(MODEL, 'model_index.json')) ? false : `${MODEL} is not there`;

describe('a riff from the command line', { skip }, () => {
  const folder = temporaryFolder();
  const riff = openRiff(folder);
  const command = ['generate', 'Jazz with piano & drums', '--model', MODEL];
  /** Two steps are enough to tell files apart. */
  const generate = (seed: number, ...more: string[]) => [
    ...command,
    '--negative',
    'drums',
    '--seed',
    String(seed),
    '--steps',
    '2',
    ...more,
  ];
  const read = (name: string) => readFileSync(join(folder, name));

  before(async () => {
    const { code, stdout, stderr } = await runRiff(folder, generate(7));
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /riffs\/jazz-with-piano-drums-7\.png\n.*riffs\/jazz-with-piano-drums-7\.wav\n5\.12 s/,
    );
  });

  test('the same seed gives the same bytes, where and however it is asked for', async () => {
    const { stdout, stderr } = await riff(generate(7, '--wav', 'again/a.wav', '--json'));

    const { png, wav, recipe } = JSON.parse(stdout);
    assert.deepEqual([png, wav], [join(folder, 'again/a.png'), join(folder, 'again/a.wav')], stderr);
    assert.equal(recipe.seed, 7);
    assert.ok(read('again/a.png').equals(read('riffs/jazz-with-piano-drums-7.png')));
    assert.ok(read('again/a.wav').equals(read('riffs/jazz-with-piano-drums-7.wav')));
  });

  test('another seed gives another picture and another sound', async () => {
    const { stderr } = await riff(generate(8, '--png', 'other.png'));
    assert.ok(!read('other.png').equals(read('riffs/jazz-with-piano-drums-7.png')), stderr);
    assert.ok(!read('other.wav').equals(read('riffs/jazz-with-piano-drums-7.wav')));
  });

  test('the sound is 5.12 s of 16 bits at 44.1 kHz, and the recipe stands in both files', () => {
    const wav = read('riffs/jazz-with-piano-drums-7.wav');
    const [rateHz, bits, dataBytes] = [wav.readUInt32LE(24), wav.readUInt16LE(34), wav.readUInt32LE(40)];
    assert.deepEqual([rateHz, bits, dataBytes], [44_100, 16, 2 * 5.12 * 44_100]);
    for (const file of [wav, read('riffs/jazz-with-piano-drums-7.png')]) {
      assert.match(file.toString('latin1'), /"negativePrompt":"drums","seed":7,"steps":2/);
    }
  });

  test('the picture decodes to sound, which encodes back to a picture of the same width', async () => {
    const decoded = await riff(['decode', 'riffs/jazz-with-piano-drums-7.png', 'b.wav', '--json']);
    assert.equal(JSON.parse(decoded.stdout).clipMs, 5120, decoded.stderr);
    const encoded = await riff(['encode', 'b.wav', 'b.png', '--json']);
    assert.equal(JSON.parse(encoded.stdout).columns, 512, encoded.stderr);
  });

  test('a device that is not there gets one line and exit code 2', async () => {
    const { code, stderr } = await riff([...command, '--device', 'XPU']);
    assert.match(stderr, /riff: device: expected .*CPU.*, got "XPU"; change DEVICE or --device\n$/);
    assert.equal(code, 2);
  });

  test('DEVICE names the device where --device does not', async () => {
    const fromEnvironment = await riff(command, { DEVICE: 'YPU' });
    assert.match(fromEnvironment.stderr, /device: expected .*CPU.*, got "YPU"/);
    const fromOption = await riff([...command, '--device', 'XPU'], { DEVICE: 'YPU' });
    assert.match(fromOption.stderr, /got "XPU"/);
  });

  test('a path in MODEL starts in the project, as for the bot, one in --model where the user stands', async () => {
    const absent = ['generate', 'jazz', '--device', 'XPU'];
    const fromEnvironment = await riff(absent, { MODEL: 'models/riff-mini' });
    assert.match(fromEnvironment.stderr, /device: expected/);
    const fromOption = await riff([...absent, '--model', 'models/riff-mini']);
    assert.match(fromOption.stderr, /model: expected a model under models/);
  });

  test('Ctrl-C ends with 130, says so and leaves nothing behind', async () => {
    const filesBefore = readdirSync(folder);
    const child = spawnRiff(folder, [...command, '--steps', '100', '--png', 'never.png']);
    const exitCode = new Promise((resolve) => {
      child.once('close', resolve);
    });
    let said = '';
    for await (const chunk of child.stderr) {
      const wasDrawing = said.includes('diffusion');
      said += chunk;
      if (!wasDrawing && said.includes('diffusion')) child.kill('SIGINT');
    }

    assert.equal(await exitCode, 130, said);
    assert.match(said, /cancelled, nothing was written\n$/);
    assert.deepEqual(readdirSync(folder), filesBefore);
  });
});
