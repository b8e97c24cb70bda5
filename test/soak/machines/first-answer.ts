/**
 * `node test/soak/machines/first-answer.ts [COMMANDS = 200] [WORKERS = 16]`: how soon a bot answers `/riff` while so many workers
 * on the same PostgreSQL are busy. The bot is a process of its own on a local Discord. Prints one line.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startLocalDiscord } from 'local-discord';
import { percentile } from '../../../src/cli/bench/percentile.ts';
import { PLAYGROUND_SEED } from '../../../src/playground/seed.ts';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { quickFolder } from '../../quick-folder.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { BenchWorker, fillStore } from './bench-worker.ts';
import { cpuMsOf, whereAndWhen } from './figures.ts';

const LIFE = join(import.meta.dirname, '../../store/postgres/life.ts');
const [commands = 200, workers = 16] = process.argv.slice(2).map(Number);
const RENDER_MS = 1000;
const WAITING = 100;
const EVERY_MS = 100;

await using stack = new AsyncDisposableStack();
const cluster = stack.use(await Cluster.start());
const url = await cluster.createDatabase();
const database = stack.adopt(new PostgresDatabase(url), (open) => open.close());
await fillStore(database, WAITING, 30);
for (let index = 0; index < workers; index += 1)
  stack.use(await BenchWorker.start(url, `w${index}`, RENDER_MS, () => {}));
const discord = stack.adopt(await startLocalDiscord(PLAYGROUND_SEED), (open) => open.close());
const folder = stack.adopt(quickFolder('first-answer'), (path) => rmSync(path, { recursive: true }));
const folders = { DATA_DIR: folder, TMPDIR: folder };
const env = { ...process.env, ...GENEROUS_LIMITS, ...folders, DATABASE_URL: url, HEALTH_PORT: '0' };
const bot = spawn(process.execPath, [LIFE, 'bot', discord.apiBase, discord.token], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env,
});
stack.defer(() => void bot.kill('SIGKILL'));
await once(bot.stdout, 'data');

const times: number[] = [];
const cpuBefore = cpuMsOf(bot.pid);
for (let command = 0; command < commands; command += 1) {
  const user = ['mika', 'noor', 'sol', 'ada'][command % 4] ?? 'mika';
  const before = performance.now();
  await discord.actAs(user).command('riff', { prompt: `jazz ${command}` }).answered;
  times.push(performance.now() - before);
  await pause(EVERY_MS);
}
console.log(
  `${whereAndWhen()}: ` +
    `${commands} commands, ${workers} workers busy: first answer p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms; ` +
    `${((cpuMsOf(bot.pid) - cpuBefore) / commands).toFixed(0)} ms of the bot's processor time a command`,
);
