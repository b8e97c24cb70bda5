import { CancelledError, RiffError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { type Running, runProcess } from '../../../src/operations/process-life.ts';

/** `node short-life.ts WAY`: a program that lives until it ends in that way. */
const [way] = process.argv.slice(2);
const keepAlive = setInterval(() => {}, 1000);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function start(shutdown: AbortSignal): Promise<Running> {
  if (way === 'refused')
    throw new RiffError('invalid_config', 'HEALTH_PORT: expected a free port, 1 is taken');
  if (way === 'refused late') {
    setImmediate(raise);
    await new Promise((resolve) => shutdown.addEventListener('abort', resolve));
    throw REFUSED;
  }
  if (way === 'starting') await untilGivenUp(shutdown);
  say('ready');
  if (way === 'exception') setImmediate(() => raise());
  if (way === 'rejection') setImmediate(() => void Promise.resolve().then(raise));
  return { lost: way === 'lost' ? Promise.resolve(REFUSED) : new Promise(() => {}), stop };
}

const REFUSED = new RiffError('discord_refused', 'DISCORD_TOKEN: Discord refused it');

async function untilGivenUp(shutdown: AbortSignal): Promise<void> {
  const given = Promise.withResolvers<void>();
  shutdown.addEventListener('abort', () => given.resolve());
  say('ready to be stopped');
  await given.promise;
  say('start given up');
  throw new CancelledError();
}

async function stop(isUrgent: boolean): Promise<void> {
  if (way === 'hanging') {
    say('stopping for ever');
    await new Promise(() => {});
  }
  clearInterval(keepAlive);
  if (way === 'breaking') await breakLater();
  say(`stopped (${isUrgent ? 'at once' : 'in time'})`);
}

/** Throws where nothing catches it, while the program stops. */
async function breakLater(): Promise<void> {
  const thrown = new Promise((resolve) => process.once('uncaughtException', resolve));
  setImmediate(raise);
  await thrown;
}

function raise(): never {
  throw new Error('out of the blue');
}

await runProcess(start, createLog('info'));
