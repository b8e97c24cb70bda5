import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, globSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { openPostgres } from '../../../src/store/postgres/postgres.ts';
import { quickFolder } from '../../quick-folder.ts';
import { mountSmallDisk } from '../../soak/process/small-disk.ts';
import { until } from '../../waiting.ts';

const TEMPLATE = 'riff_template';
/** Without waiting for the disk. With synchronous_commit off, a server that is killed would lose what it has confirmed. */
const QUICK = ['fsync=off', 'full_page_writes=off', 'shared_buffers=32MB'];

/** The folder of `initdb` and `postgres`, newest version first; null: PostgreSQL is not installed here. */
export function findPostgres(): string | null {
  const versions = globSync('/usr/lib/postgresql/*/bin').sort().reverse();
  const folders = [...versions, ...(process.env.PATH ?? '').split(delimiter)];
  return (
    folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null
  );
}

const isRequired = process.env.CI !== undefined && process.platform === 'linux';

/** For `node:test`: why tests on PostgreSQL are skipped; false: they run. In CI on Linux, they always run. */
export const skipWithoutPostgres: string | false =
  findPostgres() === null && !isRequired
    ? 'PostgreSQL is not installed: expected initdb and postgres on the PATH or in /usr/lib/postgresql'
    : false;

/** How to reach a server by TCP as well. */
export interface Listening {
  readonly addresses: readonly string[];
  readonly port: number;
  /** The name in a certificate that the server signed itself; without it there is no TLS. */
  readonly certifiedName?: string;
  /** Goes before the server's command, which root then starts: it runs on another network. */
  readonly prefix?: readonly string[] | undefined;
  /** Its data lie on a disk of this size, which root alone can mount. */
  readonly diskBytes?: number;
}

/** A private server on a socket in a folder of its own, which goes with it. */
export class Cluster implements AsyncDisposable {
  readonly #bin: string;
  readonly #listening: Listening;
  readonly #folder: string;
  readonly #user: { readonly uid: number; readonly gid: number } | null;
  #server: ChildProcess | null = null;
  #disk: Disposable | null = null;
  #databases = 0;

  private constructor(bin: string, listening: Listening) {
    this.#bin = bin;
    this.#listening = listening;
    this.#folder = quickFolder('pg');
    this.#user = unprivileged();
    if (this.#user) chownSync(this.#folder, this.#user.uid, this.#user.gid);
  }

  static async start(listening: Listening = { addresses: [], port: 5432 }): Promise<Cluster> {
    const bin = findPostgres();
    if (bin === null) throw new Error('expected PostgreSQL, found none; install the package postgresql');
    const cluster = new Cluster(bin, listening);
    const { data } = cluster;
    if (listening.diskBytes !== undefined) cluster.#mountDisk(listening.diskBytes);
    const flags = ['-U', 'riff', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '-D', data];
    await promisify(execFile)(join(bin, 'initdb'), flags, cluster.#options());
    if (listening.addresses.length > 0) appendFileSync(join(data, 'pg_hba.conf'), 'host all all all trust\n');
    if (listening.certifiedName !== undefined) await cluster.#certify(listening.certifiedName);
    process.once('exit', () => cluster.#server?.kill('SIGQUIT'));
    await cluster.startServer();
    await cluster.#sql('postgres', `CREATE DATABASE ${TEMPLATE}`);
    await (await openPostgres(cluster.urlOf(TEMPLATE))).close();
    return cluster;
  }

  #mountDisk(bytes: number): void {
    this.#disk = mountSmallDisk(this.data, bytes);
    if (this.#user) chownSync(this.data, this.#user.uid, this.#user.gid);
  }

  /** Valid for two days. */
  get certificate(): string {
    return join(this.data, 'server.crt');
  }

  get data(): string {
    return join(this.#folder, 'data');
  }

  urlOf(database: string): string {
    return `postgres://riff@localhost:${this.#listening.port}/${database}?host=${encodeURIComponent(this.#folder)}`;
  }

  /** A database with Riff's empty tables; returns its URL. */
  async createDatabase(): Promise<string> {
    this.#databases += 1;
    const name = `riff_${this.#databases}`;
    await this.#sql('postgres', `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
    return this.urlOf(name);
  }

  async startServer(): Promise<void> {
    const { addresses, port, certifiedName } = this.#listening;
    const tls = certifiedName === undefined ? [] : ['ssl=on'];
    const settings = [...QUICK, ...tls].flatMap((setting) => ['-c', setting]);
    const where = [
      '-D',
      this.data,
      '-k',
      this.#folder,
      '-c',
      `listen_addresses=${addresses.join()}`,
      '-p',
      String(port),
      '-c',
      'max_connections=200',
    ];
    this.#server = this.#spawn(join(this.#bin, 'postgres'), [...where, ...settings]);
    await until(
      'a server that answers',
      () => existsSync(join(this.#folder, `.s.PGSQL.${port}`)) || null,
      20_000,
    );
    const answers = () =>
      this.#sql('postgres', 'SELECT 1').then(
        () => true,
        () => false,
      );
    while (!(await answers()));
  }

  /** `SIGQUIT`: at once, as a crash; `SIGINT`: in order, with every connection cut. */
  async stopServer(signal: 'SIGQUIT' | 'SIGINT' = 'SIGINT'): Promise<void> {
    const server = this.#server;
    if (!server || !this.isUp) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
    this.#server = null;
  }

  get isUp(): boolean {
    return this.#server !== null && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopServer('SIGQUIT');
    this.#disk?.[Symbol.dispose]();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #certify(name: string): Promise<void> {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
    const files = ['-keyout', join(this.data, 'server.key'), '-out', this.certificate];
    await promisify(execFile)('openssl', ['req', '-x509', ...key, ...names, ...files], this.#options());
  }

  #spawn(command: string, args: readonly string[]): ChildProcess {
    const { prefix } = this.#listening;
    if (!prefix || !this.#user) return spawn(command, args, { ...this.#options(), stdio: 'ignore' });
    const { uid, gid } = this.#user;
    const asUser = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
    const [first = '', ...rest] = [...prefix, ...asUser, command, ...args];
    const { cwd, env } = this.#options();
    return spawn(first, rest, { cwd, env, stdio: 'ignore' });
  }

  #options() {
    return { ...this.#user, cwd: this.#folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  }

  async #sql(database: string, text: string): Promise<void> {
    const client = new pg.Client(this.urlOf(database));
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query(text);
    } finally {
      // Not awaited: the end of a client that never connected does not come.
      client.end().catch(() => {});
    }
  }
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const idOf = (flag: string, user: string) =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: idOf('-u', 'postgres'), gid: idOf('-g', 'postgres') };
  } catch {
    return { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') };
  }
}
