/** `node test/soak/store-kills.ts [kills = 500] [seed = 1]`: SIGKILLs in all job states; exit code 1 where one was lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../queue/seeded-random.ts';
import { killLives } from '../store/processes/kill-lives.ts';

const [, , kills = '500', seed = '1'] = process.argv;
const dataDir = mkdtempSync(join(tmpdir(), 'riff-kills-'));
const report = await killLives(dataDir, Number(kills), seededRandom(Number(seed)));
console.log(JSON.stringify(report, null, 2));
const isSound = report.lost.length === 0 && report.integrityFindings.length === 0 && report.duplicates === 0;
if (isSound) rmSync(dataDir, { recursive: true });
else console.error(`Expected nothing lost; the store is kept for a look: ${dataDir}`);
process.exitCode = isSound ? 0 : 1;
