import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/log.ts';
import { runProcess } from '../../../src/operations/process-life.ts';
import { startBot } from '../../../src/start-bot.ts';

/**
 * `node bot-process.ts`: the bot as `npm start` runs it, by its environment alone, but for the engine's program: that
 * is the child that ENGINE_CHILD names, with the limits that ENGINE_LIMITS names as JSON. With --expose-gc, SIGUSR2 collects garbage
 * and prints what is left, so that a leak is not mistaken for laziness of the collector, or the other way round.
 */
const CHILD = fileURLToPath(
  new URL(`../../engine/children/${process.env.ENGINE_CHILD ?? 'scripted-child.ts'}`, import.meta.url),
);

// Ends with the process that started it, which may have been killed for a test that hung.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();

const config = readConfig(process.env);
const log = createLog(config.logLevel);
if (!config.discord) throw new TypeError('expected DISCORD_TOKEN');
const { discord } = config;
const engineProcess = {
  command: { command: process.execPath, args: [CHILD, String(process.pid)] },
  limits: JSON.parse(process.env.ENGINE_LIMITS ?? '{}'),
};
const { gc } = globalThis;
if (gc) {
  process.on('SIGUSR2', () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    log.info({ liveBytes: heapUsed + external }, 'collected');
  });
}
await runProcess(async (shutdown) => {
  const bot = await startBot({
    config,
    discord,
    modelFolder: 'models/scripted',
    log,
    shutdown,
    engineProcess,
  });
  process.send?.('live');
  return bot;
}, log);
