import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const fixture = (name: string) => fileURLToPath(new URL(`./children/${name}`, import.meta.url));
const skip = process.platform === 'linux' ? false : 'reads /proc to see whether a process is gone';

for (const deed of ['loop', 'until cancelled']) {
  test(`a child that is in "${deed}" is gone soon after its parent was killed`, {
    skip,
    timeout: 30_000,
  }, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'riff-orphan-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const args = [fixture('doomed-parent.ts'), fixture('scripted-child.ts'), folder, deed];
    const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
    const childPid = Number((await lines.next()).value);
    assert.equal((await lines.next()).value, 'rendering');
    assert.ok(isAlive(childPid));

    parent.kill('SIGKILL');

    while (isAlive(childPid)) await pause(50);
  });
}

/** A zombie that nobody has collected yet is dead. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
