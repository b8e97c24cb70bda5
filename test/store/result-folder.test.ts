import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ResultFolder } from '../../src/store/result-folder.ts';
import { exampleFiles } from '../queue/bench/example-jobs.ts';

function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'riff-results-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('all files of a job go, of every engine that rendered it, and no other job’s', async (t) => {
  const folder = temporaryFolder(t);
  for (const [engine, names] of Object.entries({ '0': ['a.png', 'a.wav'], '1': ['a.png', 'b.wav'] })) {
    mkdirSync(join(folder, engine));
    for (const name of names) writeFileSync(join(folder, engine, name), '');
  }
  for (const name of ['a.wav', 'a.latents', 'ab.wav']) writeFileSync(join(folder, name), '');
  const elsewhere = join(temporaryFolder(t), 'moved.png');
  writeFileSync(elsewhere, '');
  const files = { ...exampleFiles('a'), picture: { path: elsewhere, bytes: 0, sha256: '' } };
  assert.equal(await new ResultFolder(folder).delete('a', files), 6);
  assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['0', '1', '1/b.wav', 'ab.wav']);
  assert.equal(await new ResultFolder(folder).delete('a', null), 0);
});

test('a check makes the folder and leaves nothing in it', async (t) => {
  const folder = join(temporaryFolder(t), 'riffs');
  await new ResultFolder(folder).checkWritable();
  assert.deepEqual(readdirSync(folder), []);
});

test('a check of what cannot be written names the folder', async (t) => {
  const file = join(temporaryFolder(t), 'riffs');
  writeFileSync(file, '');
  await assert.rejects(new ResultFolder(file).checkWritable(), { code: 'output_failed', message: /riffs/ });
});

test('results are read as they were written, and null says that one of them is gone', async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string) => ({ path: join(folder, name), bytes: 1, sha256: '' });
  const files = { picture: file('a.png'), wav: file('a.wav') };
  const results = new ResultFolder(folder);
  writeFileSync(files.picture.path, 'p');
  assert.equal(await results.read('a', files), null);
  writeFileSync(files.wav.path, 'w');
  const read = await results.read('a', files);
  assert.deepEqual([String(read?.picture), String(read?.wav), read?.poster], ['p', 'w', null]);
});

test('a poster is read beside the picture; without it the riff is whole', async (t) => {
  const folder = temporaryFolder(t);
  const file = (name: string) => ({ path: join(folder, name), bytes: 1, sha256: '' });
  const files = { picture: file('a.png'), wav: file('a.wav'), poster: file('a.jpg') };
  const results = new ResultFolder(folder);
  for (const { path } of [files.picture, files.wav]) writeFileSync(path, '');
  assert.equal((await results.read('a', files))?.poster, null);
  writeFileSync(files.poster.path, 'j');
  assert.equal(String((await results.read('a', files))?.poster), 'j');
  assert.equal(await results.delete('a', files), 3);
});

test('a sound waits for its job, is read as what it goes on from, and goes with it', async (t) => {
  const results = new ResultFolder(join(temporaryFolder(t), 'riffs'));
  assert.deepEqual([await results.readSource('a', 'upload'), await results.listUploads()], [null, []]);
  for (const id of ['a', 'b', 'c']) await results.keepUpload(id, Buffer.from(`sound of ${id}`));
  assert.equal(String(await results.readSource('a', 'upload')), 'sound of a');
  await results.deleteUpload('a');
  await results.deleteUpload('a');
  assert.equal(await results.delete('b', null), 1);
  assert.deepEqual(await results.listUploads(), ['c']);
  assert.deepEqual([...(await results.readAll('c', new Map())).keys()], ['upload']);
});
