import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withWholeBody } from '../../src/discord/whole-body.ts';

test('a form becomes bytes under its own boundary, and keeps its headers', async () => {
  const form = new FormData();
  form.append('files[0]', new Blob([new Uint8Array([1, 2, 3])]), 'a.wav');
  let seen: { body?: unknown; headers?: unknown } = {};
  const request = withWholeBody(async (_url, init) => {
    seen = init;
    return new Response('');
  });
  await request('http://discord', {
    method: 'POST',
    body: form as never,
    headers: { Authorization: 'Bot x' },
  });
  assert.ok(seen.body instanceof Uint8Array);
  const headers = new Headers(seen.headers as Record<string, string>);
  assert.equal(headers.get('authorization'), 'Bot x');
  const read = await new Response(new Uint8Array(seen.body), { headers }).formData();
  const file = read.get('files[0]') as File;
  assert.equal(file.name, 'a.wav');
  assert.deepEqual([...new Uint8Array(await file.arrayBuffer())], [1, 2, 3]);
});

test('other bodies pass as they are', async () => {
  const init = { method: 'POST', body: '{}' };
  let seen: unknown;
  await withWholeBody(async (_url, given) => {
    seen = given;
    return new Response('');
  })('http://discord', init);
  assert.equal(seen, init);
});
