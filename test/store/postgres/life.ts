/**
 * One process of Riff with a scripted engine, made to be killed: `worker RENDER_MS`, `bot API_BASE TOKEN`, or
 * `everything API_BASE TOKEN`, which renders in no time.
 * The store is that of DATABASE_URL. Prints `ready` when it works, and ends in order at SIGTERM.
 */
import { tmpdir } from 'node:os';
import { systemClock } from '../../../src/clock.ts';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { openStores } from '../../../src/open-stores.ts';
import { type Running, runProcess } from '../../../src/operations/process-life.ts';
import { PacedEngine } from './paced-engine.ts';

const [, , role, first = '', second = ''] = process.argv;
const config = readConfig({ ...process.env, STARTS_PER_MINUTE: '10000' });
const log = createLog(process.env.LIFE_LOG === undefined ? 'silent' : 'info', {
  write: (line) => void process.stderr.write(line),
});

async function start(): Promise<Running> {
  const running = role === 'worker' ? await worker() : await bot(role === 'everything');
  process.stdout.write('ready\n');
  return running;
}

// As src/main.ts does, each role loads its own parts alone.
async function bot(renders: boolean): Promise<Running> {
  const { startBot } = await import('../../../src/start-bot.ts');
  const discord = { token: second, apiBase: first };
  const engines = [new PacedEngine(tmpdir(), 0)];
  return startBot({ config, discord, modelFolder: '', renders, engines, log });
}

async function worker(): Promise<Running> {
  const { startWorker } = await import('../../../src/start-worker.ts');
  const parts = new AsyncDisposableStack();
  const stores = await openStores({ config, clock: systemClock, log, parts });
  const engines = [new PacedEngine(tmpdir(), Number(first))];
  const running = await startWorker({ config, modelFolder: '', log, engines }, stores);
  return {
    lost: running.lost,
    async stop(isUrgent) {
      await running.stop(isUrgent);
      await parts.disposeAsync();
    },
  };
}

await runProcess(start, log);
