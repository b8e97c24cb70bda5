import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** A way to a PostgreSQL on a socket in a folder, on which every packet takes a while. */
export class SlowLink implements AsyncDisposable {
  /** Each way; from infinity on nothing comes through, and the connections stay open. */
  delayMs = 0;
  readonly #server = createServer((socket) => this.#join(socket));
  readonly #sockets = new Set<Socket>();
  #target = '';

  static async open(): Promise<SlowLink> {
    const link = new SlowLink();
    link.#server.listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  /** The same database by this way. */
  to(url: string): string {
    const moved = new URL(url);
    this.#target = `${moved.searchParams.get('host')}/.s.PGSQL.${moved.port}`;
    moved.searchParams.delete('host');
    moved.hostname = '127.0.0.1';
    moved.port = String((this.#server.address() as AddressInfo).port);
    return moved.href;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const server = connect(this.#target);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      // Whoever reads from the other end sees its end; why does not matter here.
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
      let last: Promise<unknown> = Promise.resolve();
      from.on('data', (bytes) => {
        const arrival = this.#delay();
        last = last.then(() => arrival).then(() => write(to, bytes));
      });
    }
  }

  /** As long as the link is slow when the packet comes in; on a dead link, until it works again. */
  async #delay(): Promise<void> {
    await pause(Number.isFinite(this.delayMs) ? this.delayMs : 0);
    while (!Number.isFinite(this.delayMs)) await pause(100);
  }
}

function write(to: Writable, bytes: Uint8Array): void {
  if (to.writable) to.write(bytes);
}
