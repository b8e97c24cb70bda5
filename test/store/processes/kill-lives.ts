import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqlJobStore } from '../../../src/store/job-store.ts';
import { openStore } from '../../../src/store/sqlite/sqlite.ts';
import { inTime } from '../../waiting.ts';
import { integrityFindings } from '../integrity.ts';

const MOST_JOBS_A_LIFE = 30;
const PATIENCE_MS = 120_000;
const LIFE = join(import.meta.dirname, 'bot-life.ts');

export interface KillReport {
  readonly kills: number;
  readonly accepted: number;
  readonly delivered: number;
  /** Given up with a reason: the kills hit them while running three times. */
  readonly givenUp: number;
  /** Acknowledged, and then neither delivered nor given up with a reason. */
  readonly lost: readonly string[];
  /** Sent by a later try than the first: a kill had stopped the one before. */
  readonly retried: number;
  /** Sent again by a try that was told it is the first, and so could not look for the message of the one before. */
  readonly repeatedUnaware: number;
  readonly integrityFindings: readonly string[];
}

/** Kills `kills` lives after as many acknowledged jobs as `random` (0 … 1) chooses, lets a last one finish, and counts. */
export async function killLives(dataDir: string, kills: number, random: () => number): Promise<KillReport> {
  const accepted = new Set<string>();
  const findings: string[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await live(dataDir, ['1000', 'work'], accepted, 1 + Math.floor(MOST_JOBS_A_LIFE * random()));
    const database = openStore(dataDir);
    findings.push(...(await integrityFindings(database)));
    database.close();
  }
  await live(dataDir, ['0', 'finish'], accepted, null);
  return { kills, integrityFindings: findings, ...(await count(dataDir, accepted)) };
}

/** Killed when it has acknowledged `killAfterJobs`; null: it leaves by itself. Rejects when it does neither. */
export async function live(
  dataDir: string,
  args: readonly string[],
  accepted: Set<string>,
  killAfterJobs: number | null,
): Promise<void> {
  const child = spawn(process.execPath, [LIFE, dataDir, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('close', resolve));
  const before = accepted.size;
  collectLines(child.stdout, accepted, () => {
    if (killAfterJobs !== null && accepted.size - before >= killAfterJobs) child.kill('SIGKILL');
  });
  await inTime('the end of a life', exited, PATIENCE_MS).finally(() => child.kill('SIGKILL'));
}

/** Only whole lines count: an id cut by the kill was not acknowledged. */
export function collectLines(stream: NodeJS.ReadableStream, accepted: Set<string>, onLines = () => {}): void {
  let rest = '';
  stream.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) accepted.add(line.replace('accepted ', ''));
    onLines();
  });
}

async function count(
  dataDir: string,
  accepted: ReadonlySet<string>,
): Promise<Omit<KillReport, 'kills' | 'integrityFindings'>> {
  const deliveries = existsSync(join(dataDir, 'deliveries'))
    ? readFileSync(join(dataDir, 'deliveries'), 'utf8').trim().split('\n')
    : [];
  const seen = new Set<string>();
  let [repeatedUnaware, retried, givenUp] = [0, 0, 0];
  for (const delivery of deliveries) {
    const [id = '', attempt] = delivery.split(' ');
    if (seen.has(id) && attempt === '1') repeatedUnaware += 1;
    if (attempt !== '1') retried += 1;
    seen.add(id);
  }
  const database = openStore(dataDir);
  const store = new SqlJobStore(database);
  const lost: string[] = [];
  for (const id of accepted) {
    const state = (await store.get(id))?.state;
    const isGivenUp = state?.kind === 'failed' && state.code === 'dead_lettered';
    if (isGivenUp) givenUp += 1;
    else if (state?.kind !== 'done' || !seen.has(id)) lost.push(`${id} ${state?.kind}`);
  }
  database.close();
  return { accepted: accepted.size, delivered: seen.size, givenUp, lost, retried, repeatedUnaware };
}
