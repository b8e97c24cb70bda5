import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from '../soak/engine/fuzz.ts';
import { orphans } from '../soak/engine/orphans.ts';
import { slots } from '../soak/engine/slots.ts';
import { slowRenders } from '../soak/engine/slow-renders.ts';
import { isSound, type Run, resultLine } from '../soak/result.ts';
import { endingWith } from '../waiting.ts';

/** Short versions of `npm run soak`: the engine's processes. They judge no times. */
const SLACK = 20;
const skip = process.platform === 'linux' ? false : 'counts processes in /proc';

const RUNS: readonly [title: string, name: string, run: Run, count: number][] = [
  ['no engine process outlives its parent', 'orphans', orphans, 2],
  ['never more inferences alive than slots', 'slots', slots, 60],
  ['slow renders that move are left alone', 'slow renders', slowRenders, 2],
  ['no frame and no set of options does more than be refused', 'fuzz', fuzz, 1000],
];

for (const [title, name, run, count] of RUNS) {
  test(title, { skip, timeout: 240_000 }, async ({ signal }) => {
    const result = await endingWith(signal, () => run(count, SLACK));
    assert.ok(isSound(result), resultLine(name, result));
  });
}
