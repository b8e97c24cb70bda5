import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../queue/bench/seeded-random.ts';
import { killLives } from '../store/processes/kill-lives.ts';
import { runAlone, type Verdict } from './verdict.ts';

/**
 * `node test/soak/store-kills.ts [kills = 500]`: SIGKILLs of processes that drive jobs through all states of one store.
 * Bounds: nothing lost, nothing delivered twice, a sound file after each. Where one breaks, the store is kept.
 */
export async function storeKills(count: number): Promise<Verdict> {
  const dataDir = mkdtempSync(join(tmpdir(), 'riff-kills-'));
  const report = await killLives(dataDir, count, seededRandom(1));
  const { lost, integrityFindings, duplicates, ...counts } = report;
  const isSound = lost.length === 0 && integrityFindings.length === 0 && duplicates === 0;
  if (isSound) rmSync(dataDir, { recursive: true });
  return {
    isSound,
    figures: {
      ...counts,
      lost: lost.length,
      duplicates,
      findings: integrityFindings.length,
      ...(!isSound && { store: dataDir }),
    },
  };
}

if (import.meta.main) await runAlone(import.meta.url, storeKills, 500);
