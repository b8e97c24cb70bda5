import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresDatabase } from '../../../src/store/postgres/postgres.ts';
import { freePort } from '../../free-port.ts';
import { Cluster } from '../../store/postgres/cluster.ts';
import { Cable, hasNetworks, Network } from './cable.ts';

const LIFE = join(import.meta.dirname, 'life.ts');

export interface Machine {
  readonly role: 'worker' | 'bot';
  readonly url: string;
  /** Null: no networks can be made here. */
  readonly cable: Cable | null;
  child: ChildProcess;
  /** It works, since when it was last started. */
  isReady: boolean;
}

/** Workers and bots, each a process on a network of its own, around one PostgreSQL. */
export class Fleet implements AsyncDisposable {
  readonly cluster: Cluster;
  readonly database: PostgresDatabase;
  readonly machines: readonly Machine[];
  readonly #hub: Network | null;
  readonly #answers = mkdtempSync(join(tmpdir(), 'riff-fleet-'));
  /** What killed processes leave. */
  readonly #temporary = mkdtempSync(join(tmpdir(), 'riff-fleet-'));

  private constructor(
    cluster: Cluster,
    url: string,
    roles: readonly Machine['role'][],
    hub: Network | null,
    cables: readonly Cable[],
  ) {
    this.cluster = cluster;
    this.#hub = hub;
    this.database = new PostgresDatabase(url);
    this.machines = roles.map((role, index) => {
      const cable = cables[index] ?? null;
      const machine = { role, cable, url: cable ? atAddress(url, cable.address) : url, isReady: false };
      return this.#startProcess(machine);
    });
  }

  static async start(workers: number, bots: number): Promise<Fleet> {
    const roles = [...Array<'worker'>(workers).fill('worker'), ...Array<'bot'>(bots).fill('bot')];
    const hub = hasNetworks() ? new Network('hub') : null;
    const cables = hub ? roles.map((_, index) => new Cable(hub, index + 1)) : [];
    const addresses = cables.map(({ address }) => address);
    const cluster = await Cluster.start({ addresses, port: await freePort(), prefix: hub?.prefix });
    return new Fleet(cluster, await cluster.createDatabase(), roles, hub, cables);
  }

  /** The ids of the jobs that users were answered, once for each answer. */
  get answers(): readonly string[] {
    return readdirSync(this.#answers).map((name) => name.split(' ')[0] ?? '');
  }

  /** Ends it without a warning; another takes its place at once. */
  kill(machine: Machine): void {
    machine.child.kill('SIGKILL');
    this.#startProcess(machine);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { child } of this.machines) child.kill('SIGKILL');
    await this.database.close();
    await this.cluster[Symbol.asyncDispose]();
    for (const { cable } of this.machines) cable?.[Symbol.dispose]();
    this.#hub?.[Symbol.dispose]();
    for (const folder of [this.#answers, this.#temporary]) rmSync(folder, { recursive: true, force: true });
  }

  #startProcess(machine: Omit<Machine, 'child'>): Machine {
    const { role, url, cable } = machine;
    const folders = { DATA_DIR: this.#answers, TMPDIR: this.#temporary };
    const env = { ...process.env, ...folders, DATABASE_URL: url };
    const [command = '', ...args] = [...(cable?.prefix ?? []), process.execPath, LIFE, role, this.#answers];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    const started = Object.assign(machine, { child, isReady: false });
    child.stdout.once('data', () => {
      started.isReady = started.child === child;
    });
    return started;
  }
}

/** The same database by TCP. */
function atAddress(url: string, address: string): string {
  const moved = new URL(url);
  moved.searchParams.delete('host');
  moved.hostname = address;
  return moved.href;
}
