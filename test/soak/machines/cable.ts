import { execFileSync } from 'node:child_process';

const QUIET = { stdio: 'ignore' } as const;

/** Whether processes can be given networks of their own here: that needs Linux, `ip`, `setpriv` and root. */
export function hasNetworks(): boolean {
  try {
    execFileSync('setpriv', ['--version'], QUIET);
    new Network('try')[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

/**
 * A network namespace. This machine's own interfaces stay as they are whatever happens in it: browsers drop what they load
 * when one of those comes or goes.
 */
export class Network implements Disposable {
  readonly name: string;
  /** Goes before a command that is to run in it. */
  readonly prefix: readonly string[];

  /** `suffix`: unique in this process. */
  constructor(suffix: string) {
    this.name = `riff-${process.pid}-${suffix}`;
    this.prefix = ['ip', 'netns', 'exec', this.name];
    run(['ip', 'netns', 'add', this.name]);
  }

  /** Changes an interface, an address or a link in it. */
  ip(...words: readonly string[]): void {
    run(['ip', '-n', this.name, ...words]);
  }

  [Symbol.dispose](): void {
    run(['ip', 'netns', 'del', this.name]);
  }
}

/** A network with one cable to the server's. */
export class Cable implements Disposable {
  /** The server's end. */
  readonly address: string;
  /** Goes before a command that is to run at the other end. */
  readonly prefix: readonly string[];
  readonly #hub: Network;
  readonly #end: Network;
  readonly #link: string;

  /** `number`: 1 to 250, one for each cable of the hub. */
  constructor(hub: Network, number: number) {
    this.#hub = hub;
    this.#end = new Network(String(number));
    this.#link = `cable${number}`;
    this.address = `10.77.${number}.1`;
    this.prefix = this.#end.prefix;
    const peer = 'eth0';
    hub.ip('link', 'add', this.#link, 'type', 'veth', 'peer', 'name', peer, 'netns', this.#end.name);
    hub.ip('addr', 'add', `${this.address}/24`, 'dev', this.#link);
    this.repair();
    this.#end.ip('addr', 'add', `10.77.${number}.2/24`, 'dev', peer);
    for (const device of [peer, 'lo']) this.#end.ip('link', 'set', device, 'up');
  }

  cut(): void {
    this.#hub.ip('link', 'set', this.#link, 'down');
  }

  repair(): void {
    this.#hub.ip('link', 'set', this.#link, 'up');
  }

  [Symbol.dispose](): void {
    // The link goes with the namespace.
    this.#end[Symbol.dispose]();
  }
}

function run([command = '', ...args]: readonly string[]): void {
  execFileSync(command, args, QUIET);
}
