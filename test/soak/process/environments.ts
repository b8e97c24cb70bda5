import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** No limit of the queue is in the way of a load. */
export const GENEROUS_LIMITS: Readonly<Record<string, string>> = {
  MAX_WAITING: '1000',
  PER_USER_WAITING: '1000',
  PER_GUILD_WAITING: '10000',
  PER_USER_PER_HOUR: '10000',
  STARTS_PER_MINUTE: '10000',
};

/** For HEALTH_PORT, which cannot be asked for afterwards. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
