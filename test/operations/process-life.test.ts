import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { inTime } from '../waiting.ts';

const PROGRAM = fileURLToPath(new URL('./programs/short-life.ts', import.meta.url));

interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program that ends in the given way; `onReady` is called when it says that it has started. */
async function run(way: string, onReady: (program: ChildProcess) => void = () => {}): Promise<End> {
  const program = spawn(process.execPath, [PROGRAM, way], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  program.stdout.on('data', (chunk: Buffer) => {
    const wasReady = stdout.includes('ready');
    stdout += chunk;
    if (!wasReady && stdout.includes('ready')) onReady(program);
  });
  program.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const [code] = (await once(program, 'close')) as [number | null];
  return { code, stdout, stderr };
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} stops in order, with exit code 0`, async () => {
    const { code, stdout, stderr } = await run('live', (program) => program.kill(signal));
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /stopped \(in time\)/);
  });

  test(`${signal} while it starts gives the start up, with exit code 0`, async () => {
    const { code, stdout, stderr } = await run('starting', (program) => program.kill(signal));
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /start given up/);
  });
}

test('the end of the npm that started it stops in order', {
  skip: process.platform === 'win32',
}, async () => {
  const shell = spawn('sh', ['-c', `"${process.execPath}" "${PROGRAM}" live; exit`], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, npm_lifecycle_event: 'start' },
  });
  let stdout = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    if (stdout.includes('ready')) shell.kill('SIGTERM');
  });
  await inTime('the end of the program', once(shell, 'close'), 60_000).finally(() => shell.stdout.destroy());
  assert.match(stdout, /stopped \(in time\)/);
});

test('a second signal ends a stop that hangs', async () => {
  const { code } = await run('hanging', (program) => {
    program.kill('SIGTERM');
    program.stdout?.on('data', (chunk: Buffer) => {
      if (String(chunk).includes('stopping for ever')) program.kill('SIGTERM');
    });
  });
  assert.equal(code, 1);
});

test('a fault of the start is one sentence and exit code 1', async () => {
  const { code, stderr } = await run('refused');
  assert.deepEqual([code, stderr], [1, 'riff: HEALTH_PORT: expected a free port, 1 is taken\n']);
});

test('a fault of the start is told, whatever else broke meanwhile', async () => {
  const { code, stderr } = await run('refused late');
  assert.deepEqual([code, stderr], [1, 'riff: DISCORD_TOKEN: Discord refused it\n']);
});

test('a fault during an orderly stop is logged and changes nothing', async () => {
  const { code, stdout, stderr } = await run('breaking', (program) => program.kill('SIGTERM'));
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /out of the blue[\s\S]*stopped \(in time\)/);
});

test('a program that cannot go on stops in order and says why', async () => {
  const { code, stdout, stderr } = await run('lost');
  assert.deepEqual([code, stderr], [1, 'riff: DISCORD_TOKEN: Discord refused it\n']);
  assert.match(stdout, /stopped \(at once\)/);
});

for (const way of ['exception', 'rejection']) {
  test(`an ${way} that nobody caught is a JSON line with its stack, an orderly stop and exit code 1`, async () => {
    const { code, stdout, stderr } = await run(way);
    assert.equal(code, 1);
    assert.match(stderr, /^riff: out of the blue .*\n$/);
    assert.match(stdout, /stopped \(at once\)/);
    const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
    const fatal = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 60);
    assert.equal(fatal?.error, 'out of the blue');
    assert.match(fatal?.stack, /short-life\.ts/);
  });
}
