import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Ran, REPOSITORY, runRiff, spawnRiff, temporaryFolder } from './run-riff.ts';

/** Another model's path may be tried: RIFF_TEST_MODEL=/path/to/model. */
const MODEL = process.env.RIFF_TEST_MODEL ?? join(REPOSITORY, 'models/riff-mini');
const skip = existsSync(join(MODEL, 'model_index.json')) ? false : `${MODEL} is not there`;
const PROMPT = 'jazz with piano and drums';

/** Two steps are enough to tell files apart. */
function generate(folder: string, seed: number, ...more: string[]): Promise<Ran> {
  mkdirSync(folder, { recursive: true });
  const args = ['generate', PROMPT, '--model', MODEL, '--seed', String(seed), '--steps', '2', ...more];
  return runRiff(folder, args);
}

test('the same seed gives the same bytes, another seed others', { skip }, async () => {
  const folder = temporaryFolder();
  const runs = await Promise.all([
    generate(join(folder, 'one'), 7),
    generate(join(folder, 'two'), 7),
    generate(join(folder, 'three'), 8),
  ]);

  for (const { code, stderr } of runs) assert.equal(code, 0, stderr);
  for (const ending of ['png', 'wav']) {
    const read = (run: string, seed: number) =>
      readFileSync(join(folder, run, 'riffs', `jazz-with-piano-and-drums-${seed}.${ending}`));
    assert.ok(read('one', 7).equals(read('two', 7)), `${ending} of the same seed`);
    assert.ok(!read('one', 7).equals(read('three', 8)), `${ending} of another seed`);
  }
});

test('a riff is 5.12 s of 16-bit sound at 44.1 kHz with its recipe in both files', { skip }, async () => {
  const folder = temporaryFolder();
  const { stdout, stderr } = await generate(folder, 1, '--negative', 'drums', '--wav', 'out/a.wav', '--json');

  const result = JSON.parse(stdout);
  assert.equal(result.png, join(folder, 'out/a.png'), stderr);
  const wav = readFileSync(result.wav);
  assert.deepEqual([wav.readUInt32LE(24), wav.readUInt16LE(34)], [44_100, 16]);
  assert.ok(Math.abs(result.durationMs.sound - 5120) < 1);
  for (const file of [wav, readFileSync(result.png)]) {
    assert.match(file.toString('latin1'), /"negativePrompt":"drums","seed":1,"steps":2/);
  }
});

test('a riff decodes to sound and encodes back to a picture of the same size', { skip }, async () => {
  const folder = temporaryFolder();
  await generate(folder, 2, '--png', 'a.png');

  const decoded = await runRiff(folder, ['decode', 'a.png', 'b.wav', '--json']);
  assert.equal(JSON.parse(decoded.stdout).clipMs, 5120, decoded.stderr);
  const encoded = await runRiff(folder, ['encode', 'b.wav', 'c.png', '--json']);
  assert.equal(JSON.parse(encoded.stdout).columns, 512, encoded.stderr);
});

test('Ctrl-C ends with 130 and leaves no file behind', { skip }, async () => {
  const folder = temporaryFolder();
  const child = spawnRiff(folder, ['generate', PROMPT, '--model', MODEL, '--steps', '100']);
  const code = new Promise((resolve) => {
    child.once('close', resolve);
  });
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes('diffusion')) child.kill('SIGINT');
  }

  assert.equal(await code, 130);
  assert.match(said, /cancelled, nothing was written/);
  assert.deepEqual(readdirSync(folder), []);
});
