import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { refusalTexts } from '../../../src/messages/refusals.ts';
import { machineKills } from '../../soak/machines/kills.ts';
import { isSound, resultLine } from '../../soak/result.ts';
import { inTime } from '../../waiting.ts';
import { isFinished } from '../../wire/bench/answers.ts';
import { Cluster, skipWithoutPostgres } from './cluster.ts';
import { Machines, PATIENCE_MS } from './machines.ts';

const PATIENT = { timeoutMs: PATIENCE_MS };

describe('many machines', { skip: skipWithoutPostgres }, () => {
  let cluster: Cluster;
  before(async () => {
    cluster = await Cluster.start();
  });
  after(() => cluster[Symbol.asyncDispose]());

  const users = ['mika', 'noor', 'sol', 'ada'];

  /** True from then on: a second's render may be over before a busy machine looks again. */
  const haveBegun = (states: readonly string[]): boolean =>
    states.length === users.length && states.some((state) => state !== 'waiting');

  test('a worker that is killed in mid-render loses nothing: another makes its riff, and each comes once', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    const doomed = await machines.worker(60_000);
    await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('one that runs', (states) => states.length === 4 && states.includes('running'));
    await machines.worker(200);
    doomed.kill('SIGKILL');
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('a cancelled render stops on the worker, and the user is told', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(60_000);
    await machines.bot();
    const command = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(command, ({ content }) => content.includes('step'), PATIENT);
    discord.actAs('mika').command('cancel', {});
    await machines.untilJobs('the end', (states) => states[0] === 'cancelled');
    await discord.waitForOriginal(command, ({ content }) => content.includes('cancel'), PATIENT);
  });

  test('a bot that is killed is replaced: the next delivers what was made meanwhile', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(1000);
    const doomed = await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('renders', haveBegun);
    // Stored comes before answered, and nobody can be told of a riff where a command was not.
    for (const { answered } of commands)
      assert.notEqual((await answered).kind, 'timeout', 'expected an answer within three seconds');
    doomed.kill('SIGKILL');
    await machines.bot();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('a restart of the server in mid-render loses nothing', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.worker(1000);
    await machines.bot();
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('renders', haveBegun);
    await cluster.stopServer('SIGQUIT');
    await cluster.startServer();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
    await machines.untilJobs('all done', (states) => states.every((state) => state === 'done'));
  });

  test('one process does everything on PostgreSQL, and says when the server is away', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    await machines.bot('everything');
    const first = discord.actAs('mika').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(first, isFinished, PATIENT);
    await machines.untilHealth(200);
    await cluster.stopServer();
    assert.match(await machines.untilHealth(503), /PostgreSQL at|queue cannot be read/);
    const refused = discord.actAs('ada').command('riff', { prompt: 'jazz' });
    const [refusal = ''] = refusalTexts.en.storeFails('').split('(');
    await discord.waitForOriginal(refused, ({ content }) => content.startsWith(refusal), PATIENT);
    await cluster.startServer();
    await machines.untilHealth(200);
    const second = discord.actAs('noor').command('riff', { prompt: 'jazz' });
    await discord.waitForOriginal(second, isFinished, PATIENT);
  });

  test('SIGTERM ends each role in order in mid-render, and what waits is made by the next ones', async () => {
    await using machines = await Machines.open(cluster);
    const { discord } = machines;
    const children = [await machines.worker(1000), await machines.bot()];
    const commands = users.map((user) => discord.actAs(user).command('riff', { prompt: `jazz of ${user}` }));
    await machines.untilJobs('renders', haveBegun);
    for (const child of children) {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await inTime('the end', exited, 30_000);
      assert.equal(code, 0);
    }
    assert.ok(!(await machines.jobs()).includes('running'), 'the worker has ended its render');
    await machines.worker(100);
    await machines.bot();
    for (const command of commands) await discord.waitForOriginal(command, isFinished, PATIENT);
  });
});

test('machines are killed at work and cut off, and nothing is lost', {
  skip: skipWithoutPostgres,
}, async () => {
  const result = await machineKills(2);
  assert.ok(isSound(result), resultLine('machine-kills', result));
});
