import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../soak/process/system.ts';
import { until } from '../waiting.ts';

const fixture = (name: string) => fileURLToPath(new URL(`./children/${name}`, import.meta.url));
/** The child looks for its parent every half second; the machine may be busy. */
const PATIENCE_MS = 20_000;
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

    await until('the child to leave', () => !isAlive(childPid) || null, PATIENCE_MS);
  });
}
