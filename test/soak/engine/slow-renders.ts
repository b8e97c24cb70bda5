import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requestOf, scriptedEngine } from '../process/engines.ts';
import { atMost, exactly, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/engine/slow-renders.ts [renders = 10]`: renders that make progress, each a fifth slower than the one before,
 * under a watchdog whose floor is shorter than a single step of the later ones. Bound: the watchdog ends none of them.
 */
const FIRST_STEP_MS = 300;
/** A step stays within three times the median of the earlier ones; a third slower each time it would not. */
const SLOWER_BY = 1.2;
const STEPS = 6;
const FLOOR_MS = 1000;

export async function slowRenders(count: number, slack = 1): Promise<SoakResult> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'riff-slow-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const ends: string[] = [];
  const engine = scriptedEngine(folder, 0, { stepFloorMs: FLOOR_MS * slack }, (event) => {
    if (event.kind === 'ended') ends.push(event.cause?.message ?? event.output.trim());
  });
  const stepsMs: number[] = [];
  let rendered = 0;
  for (let render = 0; render < count; render += 1) {
    const stepMs = Math.round(FIRST_STEP_MS * SLOWER_BY ** render);
    const options = { onProgress: () => {}, signal: new AbortController().signal };
    rendered += await engine
      .render(`job-${render}`, requestOf(`${stepMs} ms a step`, STEPS), options)
      .then(() => 1)
      .catch(() => 0);
    stepsMs.push(stepMs);
  }
  const falseKills = ends.length;
  await engine.close();
  return {
    bounds: [exactly('rendered', rendered, count), atMost('false kills', falseKills, 0)],
    figures: {
      renders: count,
      'false kills': falseKills,
      'slowest step ms': largest(stepsMs),
      'floor ms': FLOOR_MS,
      ...(falseKills > 0 && { ends: ends.join('; ') }),
    },
  };
}

if (import.meta.main) await runAlone(import.meta.url, slowRenders, 10);
