import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type RiffEngine, resultName, uploadName } from '../../src/riff/engine.ts';
import { looped } from '../../src/riff/follow-up.ts';
import { parseRiffRequest, type RiffRequest } from '../../src/riff/request.ts';
import { bringingSources } from '../../src/worker/bring-sources.ts';
import { exampleFiles } from '../queue/bench/example-jobs.ts';

const DEFAULTS = { steps: 20, guidanceScale: 4, scheduler: 'ddim' } as const;
const PLAIN = parseRiffRequest({ prompt: 'jazz' }, DEFAULTS, 7);
const OPTIONS = { onProgress: () => {}, signal: new AbortController().signal };

/** What the engine finds in its folder under a name while it renders, and what is there afterwards. */
async function rendering(
  t: TestContext,
  request: RiffRequest,
  name: string,
  readSource: (jobId: string, kind: string) => Promise<Uint8Array | null>,
): Promise<{ readonly found: string | null; readonly isLeft: boolean }> {
  const folder = mkdtempSync(join(tmpdir(), 'riff-sources-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  let found: string | null = null;
  const engine: Pick<RiffEngine, 'render'> = {
    async render() {
      found = existsSync(path) ? readFileSync(path, 'utf8') : null;
      return exampleFiles('new');
    },
  };
  await bringingSources(engine as RiffEngine, { readSource }, folder).render('new', request, OPTIONS);
  return { found, isLeft: existsSync(path) };
}

const source = async (jobId: string, kind: string): Promise<Uint8Array> => Buffer.from(`${kind} of ${jobId}`);

test('a sound that waits in the store is in the folder while its job is rendered', async (t) => {
  const of = { upload: uploadName('new'), startSeconds: 0 };
  const request: RiffRequest = { ...PLAIN, from: { kind: 'remix', of, strength: 0.7 } };
  const { found, isLeft } = await rendering(t, request, uploadName('new'), source);
  assert.deepEqual([found, isLeft], ['upload of new', false]);
});

test('latents that a riff goes on from are in the folder, too; those that the store no longer has are made again', async (t) => {
  const request = looped({ riff: PLAIN, jobId: 'old' });
  const name = resultName('old', 'latents');
  assert.deepEqual(await rendering(t, request, name, source), { found: 'latents of old', isLeft: false });
  assert.deepEqual(await rendering(t, request, name, async () => null), { found: null, isLeft: false });
});

test('a store that cannot be read is no fault of the request', async (t) => {
  const request = looped({ riff: PLAIN, jobId: 'old' });
  const away = (): Promise<null> => Promise.reject(new Error('ECONNREFUSED'));
  await assert.rejects(rendering(t, request, 'a', away), { code: 'engine_unavailable' });
});
