import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { startLocalDiscord } from 'local-discord';
import { createManualClock } from 'local-discord/clock';
import { readConfig } from '../../src/config.ts';
import { CancelledError, RiffError } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { type StartBotOptions, startBot } from '../../src/start-bot.ts';
import { freePort } from '../free-port.ts';
import { ScriptedEngine } from './bench/scripted-engine.ts';
import { WireBench } from './bench/wire-bench.ts';

/** An engine that notes whether it was loaded and closed. */
class WatchedEngine extends ScriptedEngine {
  isAsked = false;
  isClosed = false;
  /** Never ready. */
  isSlow = false;

  override async describe() {
    this.isAsked = true;
    if (this.isSlow) await new Promise(() => {});
    return super.describe();
  }

  override async close() {
    this.isClosed = true;
  }
}

/** Options for a start, and checks of what a failed start must not leave behind. */
async function prepare() {
  const folder = mkdtempSync(join(tmpdir(), 'riff-start-'));
  const discord = await startLocalDiscord();
  const { gateway } = discord.context;
  const upgrade = gateway.upgrade.bind(gateway);
  const engine = new WatchedEngine(folder);
  const healthPort = await freePort();
  const options: StartBotOptions = {
    config: readConfig({ DATA_DIR: folder, HEALTH_PORT: String(healthPort) }),
    discord,
    modelFolder: folder,
    log: createLog('silent'),
    clock: createManualClock(),
    engines: [engine],
  };
  return {
    discord,
    engine,
    options,
    async assertNothingRuns() {
      assert.ok(engine.isClosed);
      await assert.rejects(fetch(`http://127.0.0.1:${healthPort}/live`));
      assert.equal(discord.gateway.identifies - discord.gateway.resumes, 0);
    },
    /** discord.js tries a gateway that was cut again even after its own end, as long as this process lives. */
    async refuseForGood() {
      const closed = Promise.withResolvers<void>();
      gateway.upgrade = (...args) => {
        upgrade(...args);
        discord.closeSockets(4004);
        closed.resolve();
      };
      await closed.promise;
    },
    async [Symbol.asyncDispose]() {
      await discord.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isSentence(code: RiffError['code'], says: RegExp): (error: unknown) => boolean {
  return (error) =>
    error instanceof RiffError &&
    error.code === code &&
    says.test(error.message) &&
    !error.message.includes('\n');
}

describe('a start that fails', () => {
  test('for a wrong token says so in one sentence and leaves nothing running', async () => {
    await using start = await prepare();
    const discord = { apiBase: start.discord.apiBase, token: 'another.wrong.token' };
    // The refusal is told although the model has not loaded yet.
    start.engine.isSlow = true;
    await assert.rejects(
      startBot({ ...start.options, discord }),
      isSentence('discord_refused', /^DISCORD_TOKEN: expected a valid token/),
    );
    await start.assertNothingRuns();
  });

  const UNREACHABLE = { refused: 'http://127.0.0.1:1/api', unknown: 'https://discord.invalid/api' };
  for (const [what, apiBase] of Object.entries(UNREACHABLE)) {
    test(`without a way to Discord says so in one sentence (${what})`, async () => {
      await using start = await prepare();
      start.engine.isSlow = true;
      await assert.rejects(
        startBot({ ...start.options, discord: { apiBase, token: start.discord.token } }),
        isSentence('discord_unreachable', /^Discord: expected an answer from .*got (E[A-Z_]+);/),
      );
      await start.assertNothingRuns();
    });
  }

  for (const [status, body] of [
    [503, ''],
    [407, 'a proxy asks for a password'],
    [404, '<html>no such host</html>'],
    [200, '<html>welcome to this hotel</html>'],
    [200, '{"hello":1}'],
  ] as const) {
    test(`before something that is not Discord says so in one sentence (${status} ${body})`, async () => {
      const server = createServer((_, response) => {
        const type = body.startsWith('{') ? 'application/json' : 'text/html';
        response.writeHead(status, { 'content-type': type }).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await using start = await prepare();
      const apiBase = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
      await assert.rejects(
        startBot({ ...start.options, discord: { apiBase, token: start.discord.token } }),
        isSentence('discord_unreachable', /^Discord: expected/),
      );
      await start.assertNothingRuns();
      server.closeAllConnections();
      server.close();
    });
  }

  test('before a proxy that answers WebSockets with a page says so in one sentence', async () => {
    await using start = await prepare();
    const page = 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n';
    start.discord.context.gateway.upgrade = (_, socket) => void socket.end(page);
    await assert.rejects(
      startBot(start.options),
      isSentence('discord_unreachable', /^Discord: expected .* 403” from the gateway; check/),
    );
    await start.assertNothingRuns();
    await start.refuseForGood();
  });

  test('because the gateway does not open in two minutes does not try it for ever', async () => {
    const clock = createManualClock();
    await using start = await prepare();
    start.discord.context.gateway.upgrade = (_, socket) => void socket.destroy();
    const tried = Promise.withResolvers<void>();
    const log = createLog('info', { write: (line) => line.includes('reconnects') && tried.resolve() });
    const starting = startBot({ ...start.options, clock, log });
    starting.catch(() => {});
    await tried.promise;
    clock.advance(121_000);
    await assert.rejects(starting, isSentence('discord_unreachable', /gateway to open within two minutes/));
    await start.assertNothingRuns();
    await start.refuseForGood();
  });

  test('for a taken HEALTH_PORT does not load the model', async () => {
    await using start = await prepare();
    const { healthPort } = start.options.config;
    const server = createServer().listen(healthPort, '127.0.0.1');
    await assert.rejects(
      startBot(start.options),
      (error) => error instanceof RiffError && /HEALTH_PORT: expected a free port/.test(error.message),
    );
    assert.equal(start.engine.isAsked, false);
    server.close();
  });

  test('because it is to end while the model loads closes the engine', async () => {
    await using start = await prepare();
    start.engine.isSlow = true;
    const shutdown = new AbortController();
    const starting = startBot({ ...start.options, shutdown: shutdown.signal });
    while (!start.engine.isAsked) await new Promise(setImmediate);
    shutdown.abort();
    await assert.rejects(starting, CancelledError);
    await start.assertNothingRuns();
  });

  for (const code of [4004, 4013, 4014]) {
    test(`because the gateway closes for good (${code}) does not wait for it`, async () => {
      await using start = await prepare();
      const upgraded = start.discord.context.gateway;
      const upgrade = upgraded.upgrade.bind(upgraded);
      upgraded.upgrade = (...args) => {
        upgrade(...args);
        start.discord.closeSockets(code);
      };
      await assert.rejects(startBot(start.options), isSentence('discord_refused', /DISCORD_TOKEN|intents/));
    });
  }
});

describe('a connection that is closed for good', () => {
  for (const code of [4004, 4010, 4011, 4012, 4013, 4014]) {
    test(`is told, with a sentence that says what to do (${code})`, async () => {
      await using bench = await WireBench.open();
      bench.discord.closeSockets(code);
      const { message } = await bench.life.running.lost;
      assert.match(message, code === 4004 ? /^DISCORD_TOKEN: / : /^Discord: .*; /);
    });
  }

  test('by a refused token of the bot is told, and /ready is 503 at once', async () => {
    await using bench = await WireBench.open();
    const refused = { status: 401, body: { code: 0, message: '401: Unauthorized' } };
    bench.discord.failNext('POST /channels/{channel_id}/messages', refused);
    const command = bench.discord.actAs('mika').command('riff', { prompt: 'jazz' });
    const render = await bench.life.engine.renderNumber(1);
    await bench.discord.waitForOriginal(command, ({ components }) => components.length > 0);
    bench.clock.advance(16 * 60_000);
    render.finish();
    assert.match((await bench.life.running.lost).message, /^DISCORD_TOKEN: /);
    assert.equal((await fetch(`${bench.life.running.healthUrl}/ready`)).status, 503);
  });

  test('is 503 on /ready only after two minutes when it is merely cut', async () => {
    await using bench = await WireBench.open();
    const url = `${bench.life.running.healthUrl}/ready`;
    const { gateway } = bench.discord.context;
    const upgrade = gateway.upgrade.bind(gateway);
    gateway.upgrade = (_, socket) => socket.destroy();
    bench.discord.cutSockets();
    const health = async () => (await fetch(url.replace('ready', 'health'))).text();
    while ((await health()).includes('"ready"')) await new Promise(setImmediate);
    assert.equal((await fetch(url)).status, 200);
    bench.clock.advance(121_000);
    assert.equal((await fetch(url)).status, 503);
    gateway.upgrade = upgrade;
    while ((await fetch(url)).status !== 200) await new Promise(setImmediate);
  });
});
