import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { eventually, inTime } from '../../waiting.ts';
import { isAlive } from '../process/system.ts';
import { atLeast, atMost, largest, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/engine/orphans.ts [kills = 100]`: SIGKILLs of a caller whose engine is in the middle of a render, every
 * other one in a loop that hears nothing. Bound: no engine process is left after 3 s.
 */
const MAX_MS = 3000;
const PATIENCE_MS = 20_000;
const child = (name: string): string =>
  fileURLToPath(new URL(`../../engine/children/${name}`, import.meta.url));

export async function orphans(count: number, slack = 1): Promise<SoakResult> {
  using stack = new DisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'riff-orphans-'));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const goneMs: number[] = [];
  for (let kill = 0; kill < count; kill += 1) {
    goneMs.push(await orphanOnce(folder, kill % 2 === 0 ? 'loop' : 'until cancelled'));
  }
  const left = goneMs.filter((ms) => ms > MAX_MS * slack).length;
  return {
    bounds: [atLeast('kills', goneMs.length, 1), atMost('left after 3 s', left, 0)],
    figures: { kills: count, 'left after 3 s': left, 'gone after ms': largest(goneMs) },
  };
}

async function orphanOnce(folder: string, deed: string): Promise<number> {
  const args = [child('doomed-parent.ts'), child('scripted-child.ts'), folder, deed];
  using stack = new DisposableStack();
  const parent = stack.adopt(
    spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }),
    (child) => child.kill('SIGKILL'),
  );
  const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
  const next = () => inTime('a line of the caller', lines.next(), PATIENCE_MS);
  const pid = Number((await next()).value);
  // The first beat: the render is under way.
  await next();
  await pause(30);
  parent.kill('SIGKILL');
  const killedAt = performance.now();
  const goneMs = await eventually(
    () => (isAlive(pid) ? null : Math.round(performance.now() - killedAt)),
    PATIENCE_MS,
  );
  return goneMs ?? Infinity;
}

if (import.meta.main) await runAlone(import.meta.url, orphans, 100);
