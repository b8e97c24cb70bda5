import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves the entries of a cache as they are once the processes that used them have ended. */
export function endLeases(root: string): void {
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (name.includes('in-use-by-')) rmSync(join(root, name));
  }
}
