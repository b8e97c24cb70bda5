import { execFileSync } from 'node:child_process';

const QUIET = { stdio: 'ignore' } as const;

/** Whether processes can be given networks of their own here: that needs Linux, `ip` and root. */
export function hasNetworks(): boolean {
  const name = `riff-${process.pid}-try`;
  try {
    execFileSync('ip', ['netns', 'add', name], QUIET);
    execFileSync('ip', ['netns', 'del', name], QUIET);
    return true;
  } catch {
    return false;
  }
}

/** A network namespace with one cable to this machine. */
export class Cable implements Disposable {
  /** This machine's end. */
  readonly address: string;
  /** Goes before a command that is to run at the other end. */
  readonly prefix: readonly string[];
  readonly #name: string;
  readonly #link: string;

  /** `number`: 1 to 250, one for each cable of this process. */
  constructor(number: number) {
    const net = `10.${77 + (process.pid % 100)}.${number}`;
    this.address = `${net}.1`;
    this.#name = `riff-${process.pid}-${number}`;
    this.#link = `rf${process.pid}n${number}`.slice(-14);
    this.prefix = ['ip', 'netns', 'exec', this.#name];
    const inside = ['ip', '-n', this.#name];
    const peer = 'eth0';
    for (const command of [
      ['ip', 'netns', 'add', this.#name],
      ['ip', 'link', 'add', this.#link, 'type', 'veth', 'peer', 'name', peer, 'netns', this.#name],
      ['ip', 'addr', 'add', `${this.address}/24`, 'dev', this.#link],
      ['ip', 'link', 'set', this.#link, 'up'],
      [...inside, 'addr', 'add', `${net}.2/24`, 'dev', peer],
      [...inside, 'link', 'set', peer, 'up'],
      [...inside, 'link', 'set', 'lo', 'up'],
    ])
      run(command);
  }

  cut(): void {
    run(['ip', 'link', 'set', this.#link, 'down']);
  }

  repair(): void {
    run(['ip', 'link', 'set', this.#link, 'up']);
  }

  [Symbol.dispose](): void {
    // The link goes with the namespace.
    run(['ip', 'netns', 'del', this.#name]);
  }
}

function run([command = '', ...args]: readonly string[]): void {
  execFileSync(command, args, QUIET);
}
