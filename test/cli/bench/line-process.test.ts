import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openLineProcess } from '../../../src/cli/bench/line-process.ts';
import { notebookRecipe } from '../../../src/cli/bench/notebook-recipe.ts';

const schema = z.object({ turn: z.number() });
const run = (program: string) => openLineProcess(process.execPath, ['-e', program], schema);

test('every question is answered by one line, in order', async () => {
  const counter = run(
    "let turn = 0; process.stdin.on('data', () => console.log(JSON.stringify({ turn: turn++ })))",
  );
  assert.deepEqual([await counter.ask(), await counter.ask()], [{ turn: 0 }, { turn: 1 }]);
  await counter.close();
});

test('a program that ends early says why with the last line of its complaint', async () => {
  const broken = run("console.error('first'); console.error('the reason'); process.exit(3)");
  await assert.rejects(broken.ask(), { message: 'the reason' });
  await assert.rejects(broken.ask(), { message: 'the reason' });
  await broken.close();
});

test('a program that says nothing is told by how it ended', async () => {
  const silent = run('process.exit(3)');
  await assert.rejects(silent.ask(), { message: 'it ended with 3' });
  await silent.close();
});

test('a Python that is not there is a reason, not a crash', async () => {
  const recipe = notebookRecipe('no-such-python', {
    modelFolder: 'nowhere',
    device: 'CPU',
    properties: {},
    steps: 1,
    guidanceScale: 7,
    engine: 'loop',
  });
  await assert.rejects(recipe.ask(), /no-such-python/);
  await recipe.close();
});
