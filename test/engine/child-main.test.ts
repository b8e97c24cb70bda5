import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ChildEngine } from '../../src/engine/child-engine.ts';
import { parseRiffRequest } from '../../src/riff/request.ts';

const folder = mkdtempSync(join(tmpdir(), 'riff-child-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Another model's path may be tried: RIFF_TEST_MODEL=/path/to/model. */
const MODEL =
  process.env.RIFF_TEST_MODEL ?? fileURLToPath(new URL('../../models/riff-mini', import.meta.url));
const skip = existsSync(join(MODEL, 'model_index.json')) ? false : `${MODEL} is not there`;

function engineOn(modelFolder: string): ChildEngine {
  return new ChildEngine({ modelFolder, device: 'CPU', outputFolder: join(folder, 'riffs') });
}

test('a folder without a model is refused by the process that would load it', async (t) => {
  const engine = engineOn(folder);
  t.after(() => engine.close());
  await assert.rejects(engine.describe(), { code: 'invalid_model', message: /model_index\.json/ });
});

test('the engine renders in its own process, lets go on a cancel and renders again', { skip }, async (t) => {
  const engine = engineOn(MODEL);
  t.after(() => engine.close());
  const { defaults, msPerStep, clipMs } = await engine.describe();
  assert.ok(msPerStep > 0);
  const request = parseRiffRequest({ prompt: 'techno' }, defaults, 1);
  const abort = new AbortController();
  const afterTwoSteps = ({ stage, stepIndex }: { stage: string; stepIndex: number }) => {
    if (stage === 'denoise' && stepIndex === 2) abort.abort();
  };

  await assert.rejects(
    engine.render('job-1', { ...request, steps: 100 }, { onProgress: afterTwoSteps, signal: abort.signal }),
    { code: 'cancelled' },
  );
  const { wav, durationMs } = await engine.render(
    'job-2',
    { ...request, steps: 2 },
    { onProgress: () => {}, signal: new AbortController().signal },
  );

  assert.equal(durationMs.sound, clipMs);
  assert.equal(readFileSync(wav.path).subarray(0, 4).toString(), 'RIFF');
});
