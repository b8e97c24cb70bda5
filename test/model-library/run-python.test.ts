import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledError, RiffError, UserError } from '../../src/errors.ts';
import type { TaskOptions, TaskProgress } from '../../src/model-library/progress.ts';
import { runPython } from '../../src/model-library/run-python.ts';

const folder = mkdtempSync(join(tmpdir(), 'riff-run-python-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const logFile = join(folder, 'logs', 'last.log');

/** Node stands in for Python: what counts is what the script prints and how it ends. */
function run(script: string, work: TaskOptions = {}): Promise<unknown> {
  const path = join(folder, `script-${script.length}.mjs`);
  writeFileSync(path, script);
  return runPython({ python: process.execPath, script: path, args: ['one', 'two'], logFile }, work);
}

test('progress is passed on, chatter is not, the result comes back', async () => {
  const seen: TaskProgress[] = [];
  const result = await run(
    `console.log('Loading weights: 100%');
     console.log('{"words":"converting","done":1,"total":4}');
     console.log('{"words":"downloading","done":10,"total":20,"unit":"bytes"}');
     console.log('{"other":1}');
     console.log(JSON.stringify({ result: process.argv.slice(2) }));`,
    { onProgress: (progress) => seen.push(progress) },
  );
  assert.deepEqual(result, ['one', 'two']);
  assert.deepEqual(seen, [
    { words: 'converting', done: 1, total: 4, unit: 'steps' },
    { words: 'downloading', done: 10, total: 20, unit: 'bytes' },
  ]);
  assert.ok(!existsSync(logFile));
});

test('a refusal by the script is an error of the user, in its words', async () => {
  const refusing = run(`console.log('{"refused":"width: expected 64"}'); process.exitCode = 2;`);
  await assert.rejects(
    refusing,
    (thrown) => thrown instanceof UserError && thrown.message === 'width: expected 64',
  );
});

test('a failure names its last line and the log, which holds all of it', async () => {
  const failing = run(`console.error('Traceback\\nMemoryError: no room'); process.exitCode = 1;`);
  await assert.rejects(failing, (thrown) => {
    assert.ok(thrown instanceof RiffError && thrown.code === 'invalid_model');
    assert.match(thrown.message, /it ended with code 1: MemoryError: no room \(all of it in .*last\.log\)/);
    return true;
  });
  assert.equal(readFileSync(logFile, 'utf8'), 'Traceback\nMemoryError: no room\n');
});

test('a script that is killed points at memory', async () => {
  await assert.rejects(
    run(`process.kill(process.pid, 'SIGKILL');`),
    /killed, perhaps because memory ran out/,
  );
});

test('an interpreter that is not there is named', async () => {
  const call = { python: join(folder, 'no-python'), script: 'x.py', args: [], logFile };
  await assert.rejects(runPython(call, {}), /it did not start: .*no-python ENOENT/);
});

test('a cancel ends the script', async () => {
  const abort = new AbortController();
  const waiting = run(`console.log('{"words":"at it","done":0,"total":1}'); setInterval(() => {}, 1000);`, {
    signal: abort.signal,
    onProgress: () => abort.abort(),
  });
  await assert.rejects(waiting, CancelledError);
});
