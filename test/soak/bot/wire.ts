import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { REST } from 'discord.js';
import { systemClock } from '../../../src/clock.ts';
import { connectDiscord } from '../../../src/discord/connection.ts';
import { createLog } from '../../../src/log.ts';
import { eventually } from '../../waiting.ts';
import { BotBench } from '../process/bot-bench.ts';
import { GENEROUS_LIMITS } from '../process/environments.ts';
import { atLeast, atMost, exactly, judgedFrom, runAlone, type SoakResult } from '../result.ts';

/**
 * `node test/soak/bot/wire.ts [refusals = 50000]`: a storm of 403s on the production client, and a cut of the bot's
 * socket for every 500 of them. Bounds: ≤ 2,010 requests; no IDENTIFY beyond the first, every command sent while the
 * socket is down is answered.
 */
const MAX_REQUESTS = 2010;
/** A client that sends nothing is no breaker that holds. */
const FEWEST_REQUESTS = 1900;
const STORM_AT_ONCE = 200;
const REFUSALS_PER_CUT = 500;
const PATIENCE_MS = 30_000;

export async function wire(count: number, slack = 1): Promise<SoakResult> {
  const requests = await storm(count);
  const cuts = await cutSockets(Math.ceil(count / REFUSALS_PER_CUT), slack);
  const { sockets, answered, identifies, leaks } = cuts;
  return {
    bounds: [
      judgedFrom(MAX_REQUESTS, count, atMost('requests made', requests, MAX_REQUESTS)),
      atLeast('requests made', requests, Math.min(count, FEWEST_REQUESTS)),
      exactly('answered', answered, sockets),
      exactly('identifies', identifies, 1),
      atMost('leaks', leaks, 0),
    ],
    figures: { refusals: count, 'requests made': requests, 'sockets cut': sockets, ...cuts },
  };
}

/** Returns how many requests reached the server. */
async function storm(count: number): Promise<number> {
  let requests = 0;
  const server = createServer((_, response) => {
    requests += 1;
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"code":50013,"message":"no"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { client, rest } = connectDiscord({
    shards: 'auto',
    token: 'a.test.token',
    apiBase: `http://127.0.0.1:${port}/api`,
    clock: systemClock,
    log: createLog('silent'),
  });
  // The client's own throttle would stretch the storm over a quarter of an hour; the breaker alone has to hold.
  const globalRequestsPerSecond = Number.MAX_SAFE_INTEGER;
  // A request given up on a machine that is busy would reach the server and bring no answer to count.
  Object.assign(rest.options, { globalRequestsPerSecond, timeout: 600_000 });
  Object.assign(rest, { globalRemaining: Number.MAX_SAFE_INTEGER });
  for (let sent = 0; sent < count; sent += STORM_AT_ONCE) {
    await Promise.all(Array.from({ length: STORM_AT_ONCE }, (_, index) => refusedPost(rest, sent + index)));
  }
  await client.destroy();
  server.closeAllConnections();
  server.close();
  return requests;
}

/** Every one to a channel of its own: nothing waits in one line for another. */
async function refusedPost(rest: REST, index: number): Promise<void> {
  await rest
    .post(`/channels/${900_000_000_000_000_000n + BigInt(index)}/messages`, { body: { content: 'hello' } })
    .catch(() => {});
}

async function cutSockets(count: number, slack: number) {
  await using bench = await BotBench.open({ environment: GENEROUS_LIMITS, slack });
  await bench.startBot();
  const { discord } = bench;
  let answered = 0;
  for (let cut = 0; cut < count; cut += 1) {
    discord.cutSockets();
    const command = discord.actAs('mika').command('help');
    if ((await command.answered).kind === 'message') answered += 1;
    await eventually(() => (discord.gateway.resumes > cut ? true : null), PATIENCE_MS);
    await pause(5);
  }
  const { identifies, resumes } = discord.gateway;
  return { sockets: count, answered, identifies, resumes, leaks: bench.leaks() };
}

if (import.meta.main) await runAlone(import.meta.url, wire, 50_000);
