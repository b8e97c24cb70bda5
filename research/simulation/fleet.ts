import type { Clock } from '../../src/clock.ts';
import { RiffQueue } from '../../src/queue/riff-queue.ts';
import type { EngineDescription, RenderOptions, RiffEngine, RiffFiles } from '../../src/riff/engine.ts';
import type { RiffRequest } from '../../src/riff/request.ts';
import { SqliteDatabase } from '../../src/store/sqlite/sqlite.ts';
import { SqlWorkerRegistry } from '../../src/store/worker-registry.ts';
import { LEASE_MS } from '../../src/worker/leases.ts';
import { RemoteWorkers } from '../../src/worker/remote-workers.ts';
import { Worker } from '../../src/worker/worker.ts';
import { exampleFiles } from '../../test/queue/bench/example-jobs.ts';
import { SILENT } from '../../test/queue/bench/silent-log.ts';
import { SCRIPTED_ENGINE } from '../../test/wire/bench/scripted-engine.ts';
import { CountingDatabase, WatchedStore } from './watched-store.ts';

/** A render takes between these times. */
const RENDER_MS = { shortest: 9000, longest: 15_000 };
const DELIVERY_MS = 400;
/** As `npm run worker` has it. */
const BEAT_MS = 1000;

export interface FleetOptions {
  readonly clock: Clock;
  readonly random: () => number;
}

/** One bot and any number of workers on one store, each with one engine that only waits: Riff's own queue and worker. */
export class SimulatedFleet {
  readonly database = new CountingDatabase(new SqliteDatabase(':memory:'));
  readonly store = new WatchedStore(this.database);
  readonly queue: RiffQueue;
  readonly #options: FleetOptions;
  readonly #registry = new SqlWorkerRegistry(this.database);
  readonly #dead = new Set<string>();
  readonly #workers: { readonly worker: Worker; readonly engine: WaitingEngine }[] = [];
  #number = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    const { clock } = options;
    const { store } = this;
    const presence = this.#presenceOf('bot');
    const registry = this.#registry;
    const worker = new RemoteWorkers({ store, registry, presence, news: store, clock, log: SILENT });
    this.queue = new RiffQueue({
      store,
      worker,
      clock,
      log: SILENT,
      deliver: () =>
        new Promise((resolve) => {
          clock.after(DELIVERY_MS, () => resolve({ kind: 'delivered', messageId: null }));
        }),
    });
  }

  get workers(): number {
    return this.#workers.length;
  }

  async add(): Promise<void> {
    const { clock } = this.#options;
    const { store } = this;
    this.#number += 1;
    const presence = this.#presenceOf(`w${this.#number}`);
    const engine = new WaitingEngine(this.#options);
    const worker = new Worker({
      store,
      presence,
      news: store,
      clock,
      log: SILENT,
      engines: [engine],
      results: { checkWritable: async () => {} },
      isBot: false,
      beatMs: BEAT_MS,
    });
    const entry = { id: worker.id, slots: 1, description: DESCRIPTION, blocked: null };
    await this.#registry.register(entry, clock.now() + LEASE_MS, clock.now());
    this.#workers.push({ worker, engine });
    await worker.start();
  }

  /** In order: it ends what it renders, then leaves. */
  remove(): void {
    const worker = this.#workers.shift()?.worker;
    worker?.close();
    void worker?.idle().then(() => {
      worker.stop();
      return this.store.leave(worker.id);
    });
  }

  /** As by SIGKILL or a cut cable: what it renders is never finished. */
  kill(): void {
    const killed = this.#workers.shift();
    if (!killed) return;
    this.#dead.add(killed.worker.id);
    killed.engine.isDead = true;
    killed.worker.close();
    killed.worker.stop();
  }

  #presenceOf(id: string) {
    return { id, look: async () => (other: string) => !this.#dead.has(other) };
  }
}

class WaitingEngine implements RiffEngine {
  isDead = false;
  readonly #options: FleetOptions;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  async describe(): Promise<EngineDescription> {
    return DESCRIPTION;
  }

  render(jobId: string, request: RiffRequest, { onProgress }: RenderOptions): Promise<RiffFiles> {
    const { clock, random } = this.#options;
    const { shortest, longest } = RENDER_MS;
    const renderMs = Math.round(shortest + random() * (longest - shortest));
    const { steps } = request;
    return new Promise((resolve) => {
      clock.after(renderMs / 2, () => {
        if (!this.isDead) onProgress({ stage: 'denoise', stepIndex: Math.floor(steps / 2), steps });
      });
      const took = { render: renderMs, denoise: (renderMs * 4) / 5 };
      clock.after(renderMs, () => {
        if (!this.isDead) resolve(exampleFiles(jobId, request, took));
      });
    });
  }

  async close(): Promise<void> {}
}

/** What the bot's first estimates go by. */
const DESCRIPTION: EngineDescription = { ...SCRIPTED_ENGINE, msPerStep: 2400, msFixed: 2400 };
