import { once } from 'node:events';
import { createServer } from 'node:net';

/** Linux gives outgoing connections ports from 32768 on, other systems from 49152 on. */
const BELOW_OUTGOING = { from: 20_000, to: 32_000 };

/**
 * A TCP port of 127.0.0.1 for a process that must be told its port. It lies below those of outgoing connections, so that
 * none of another test takes it before that process listens.
 */
export async function freePort(): Promise<number> {
  const { from, to } = BELOW_OUTGOING;
  const port = from + Math.floor(Math.random() * (to - from));
  return (await canListen(port)) ? port : freePort();
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
