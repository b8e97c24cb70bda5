import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

const IN_MEMORY = '/dev/shm';

/** A folder for the test, in memory where the system offers it: a killed process loses nothing there either. */
export function quickFolder(t: TestContext): string {
  const folder = mkdtempSync(join(existsSync(IN_MEMORY) ? IN_MEMORY : tmpdir(), 'riff-processes-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
