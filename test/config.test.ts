import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { CONFIG_VARIABLES, inspectConfig, readConfig, readRenderConfig } from '../src/config.ts';
import { ConfigError } from '../src/errors.ts';

const TOKEN = `${'M'.repeat(24)}.${'a'.repeat(6)}.${'b'.repeat(30)}`;

test('an empty environment means the playground, the embedded model and the defaults of .env.example', () => {
  const config = readConfig({});
  assert.equal(config.discord, null);
  assert.equal(config.model, 'riff-mini');
  assert.deepEqual(config, readConfig(exampleVariables()));
});

test('.env.example explains every variable and no other', () => {
  assert.deepEqual(Object.keys(exampleVariables()).sort(), [...CONFIG_VARIABLES].sort());
});

test('a token goes live, with another API base where one is given', () => {
  assert.deepEqual(readConfig({ DISCORD_TOKEN: TOKEN }).discord, { token: TOKEN, apiBase: null });
  const local = readConfig({ DISCORD_TOKEN: TOKEN, DISCORD_API_BASE: 'http://127.0.0.1:1/api' });
  assert.equal(local.discord?.apiBase, 'http://127.0.0.1:1/api');
});

for (const base of ['http://localhost:8787/api', 'http://[::1]:1/api', 'https://discord.example/api']) {
  test(`${base} is an API base that the token may be sent to`, () => {
    assert.equal(readConfig({ DISCORD_TOKEN: TOKEN, DISCORD_API_BASE: base }).discord?.apiBase, base);
  });
}

for (const base of [
  'http://discord.com/api',
  'http://127.0.0.1.example.com/api',
  'http://localhost.example.com/api',
  'ftp://127.0.0.1/api',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'ws://127.0.0.1/api',
  'discord.com',
]) {
  test(`${base} is refused as an API base: the token would go out in the clear, or nowhere`, () => {
    assert.match(
      configErrorOf({ DISCORD_API_BASE: base }).message,
      /DISCORD_API_BASE: expected an https URL/,
    );
  });
}

test('all problems are reported at once, naming variable, rule and value', () => {
  const error = configErrorOf({
    CONCURRENCY: '0',
    LOG_LEVEL: 'loud',
    OWNER_IDS: 'me',
    RETENTION_DAYS: '1.5',
  });
  assert.equal(error.problems.length, 4);
  assert.match(error.message, /CONCURRENCY: expected a whole number from 1 to 16, got "0"/);
  assert.match(error.message, /LOG_LEVEL: expected one of silent, .*got "loud"/);
  assert.match(error.message, /OWNER_IDS: expected Discord user ids separated by commas, got "me"/);
  assert.match(error.message, /RETENTION_DAYS: expected a whole number from 0 to 36500, got "1.5"/);
});

test('a variable that is wrong is told once, though it counts as not set for the rest', () => {
  const check = () => ['DATABASE_URL: expected one, got none', 'MODEL: expected another'];
  assert.throws(
    () => readConfig({ DATABASE_URL: 'mysql://x' }, check),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map((problem) => problem.split(', ').at(-1)),
        ['got (hidden)', 'MODEL: expected another'],
      );
      return true;
    },
  );
});

test('a whole number is written in digits', () => {
  assert.equal(readConfig({ PLAYGROUND_PORT: ' 08787 ' }).playgroundPort, 8787);
  for (const PLAYGROUND_PORT of ['1e3', '0x1F90', '0b11', '+80', '80.0', '８０', 'true']) {
    assert.match(
      configErrorOf({ PLAYGROUND_PORT }).message,
      /PLAYGROUND_PORT: expected a whole number from 0/,
    );
  }
});

test('a wrong token is reported without showing it', () => {
  const error = configErrorOf({ DISCORD_TOKEN: 'hunter2' });
  assert.match(error.message, /DISCORD_TOKEN: expected a bot token/);
  assert.doesNotMatch(error.message, /hunter2/);
});

test('a device is a name of OpenVINO, or several behind one that chooses', () => {
  for (const DEVICE of ['CPU', 'GPU.1', 'NPU', 'AUTO', 'AUTO:GPU,CPU', 'HETERO:GPU.0,CPU', 'MULTI:CPU']) {
    assert.equal(readConfig({ DEVICE }).device, DEVICE);
  }
  for (const DEVICE of ['cpu', 'GPU,CPU', 'CPU;rm', 'AUTO GPU']) {
    assert.match(configErrorOf({ DEVICE }).message, /DEVICE: expected an OpenVINO device such as CPU/);
  }
});

test('a worker starts although settings of the bot are wrong', () => {
  const environment = {
    DISCORD_TOKEN: 'x',
    DEVICE: 'GPU',
    OPENVINO_BINDING: 'c-api',
    OPENVINO_LIB: '/opt/x',
  };
  const { device, openvino } = readRenderConfig(environment);
  assert.equal(device, 'GPU');
  assert.deepEqual(openvino, { binding: 'c-api', library: '/opt/x' });
  assert.throws(() => readRenderConfig({ ...environment, DEVICE: 'gpu' }), ConfigError);
});

test('compiled models are kept in the user’s cache, up to a limit; 0 keeps none', () => {
  const { modelCache } = readConfig({ XDG_CACHE_HOME: '/cache', MODEL_CACHE_MB: '10' });
  assert.deepEqual(modelCache, { folder: join('/cache', 'riff', 'compiled'), maxBytes: 10 * 1024 ** 2 });
  assert.equal(readConfig({ MODEL_CACHE_MB: '0' }).modelCache, null);
});

test('a path in the configuration may begin with ~, the home folder', () => {
  const environment = {
    HOME: '/home/mika',
    DATA_DIR: '~/riffs',
    OPENVINO_LIB: '~',
    XDG_CACHE_HOME: '~/cache',
  };
  const { dataDir, openvino, modelCache } = readConfig(environment);
  assert.equal(dataDir, resolve('/home/mika/riffs'));
  assert.equal(openvino.library, '/home/mika');
  assert.equal(modelCache?.folder, join('/home/mika/cache', 'riff', 'compiled'));
  assert.equal(readConfig({ ...environment, DATA_DIR: '~mika' }).dataDir, resolve('~mika'));
});

test('an inspection gives the valid settings, and a sentence for each of the others', () => {
  const { config, problems } = inspectConfig({ DEVICE: 'gpu', CONCURRENCY: '0', MODEL: 'mine' });
  assert.deepEqual([config.device, config.queue.concurrency, config.model], ['CPU', 1, 'mine']);
  assert.equal(problems.length, 2);
});

function configErrorOf(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'expected a ConfigError' });
}

function exampleVariables(): Record<string, string> {
  const lines = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').split('\n');
  return Object.fromEntries(
    lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split('=', 2) as [string, string]),
  );
}
