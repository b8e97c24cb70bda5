import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../queue/bench/seeded-random.ts';
import { killLives } from '../store/processes/kill-lives.ts';
import { atLeast, atMost, exactly, isSound, runAlone, type SoakResult } from './result.ts';

/**
 * `node test/soak/store-kills.ts [kills = 500]`: SIGKILLs of processes that drive jobs through all states of one store.
 * Bounds: all delivered, a delivery that is tried again
 * knows it, a sound file after each kill. Where one breaks, the store is kept.
 */
export async function storeKills(count: number): Promise<SoakResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'riff-kills-'));
  const report = await killLives(dataDir, count, seededRandom(1));
  const { lost, integrityFindings, repeatedUnaware, ...counts } = report;
  const result: SoakResult = {
    bounds: [
      atMost('lost', lost.length, 0),
      atLeast('accepted', counts.accepted, count),
      exactly('delivered', counts.delivered, counts.accepted),
      atMost('given up', counts.givenUp, 0),
      atMost('repeated unaware', repeatedUnaware, 0),
      atMost('findings', integrityFindings.length, 0),
    ],
    figures: { ...counts, lost: lost.length, repeatedUnaware, findings: integrityFindings.length },
  };
  if (!isSound(result)) return { ...result, figures: { ...result.figures, store: dataDir } };
  rmSync(dataDir, { recursive: true });
  return result;
}

if (import.meta.main) await runAlone(import.meta.url, storeKills, 500);
