import type { Clock } from '../clock.ts';
import { RiffError } from '../errors.ts';
import type { EngineDescription } from '../riff/engine.ts';
import { type EngineCommand, EngineProcess, type Exit } from './engine-process.ts';
import { faultOf, isPermanent, stallFault } from './exit-fault.ts';
import { backOffMs, type EngineLimits } from './limits.ts';
import {
  type ChildMessage,
  errorFrom,
  type ParentMessage,
  PROTOCOL_VERSION,
  type StartMessage,
} from './protocol.ts';
import { Watchdog } from './watchdog.ts';

/** Events for the operator's log, as plain data; `output` is the last output of the process. */
export type EngineEvent =
  | { readonly kind: 'started'; readonly pid: number | null }
  | { readonly kind: 'ready'; readonly description: EngineDescription }
  | ({ readonly kind: 'ended'; readonly expected: boolean; readonly cause: Fault | null } & Omit<
      Exit,
      'cause'
    >)
  | { readonly kind: 'backing_off'; readonly fault: Fault; readonly afterMs: number };

type Fault = Pick<RiffError, 'code' | 'message'>;

export interface SupervisorOptions {
  readonly command: EngineCommand;
  readonly start: Omit<StartMessage, 'type' | 'version'>;
  readonly limits: EngineLimits;
  readonly clock: Clock;
  /** Runs before every start; what it throws counts as a failed start. */
  readonly prepare: () => void;
  readonly onEvent: (event: EngineEvent) => void;
  /** Called with every message of the ready child about renders. */
  readonly onMessage: (message: JobMessage) => void;
  /** Called when the operating system has confirmed that the child is gone. */
  readonly onDeath: (fault: RiffError) => void;
}

export type JobMessage = Extract<ChildMessage, { type: 'beat' | 'preview' | 'done' | 'failed' }>;

type State =
  | { readonly kind: 'asleep' }
  | { readonly kind: 'starting' | 'ready' | 'stopping' | 'recycling'; readonly child: EngineProcess }
  | { readonly kind: 'backing_off'; readonly fault: RiffError }
  | { readonly kind: 'closed' };

/** Keeps one child ready: handshake, load, watchdog, restart after every death with growing pauses. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #watchdog: Watchdog;
  #state: State = { kind: 'asleep' };
  #ready = deferred<EngineDescription>();
  #deathsInARow = 0;
  #cancelStart: () => void = () => {};

  constructor(options: SupervisorOptions) {
    this.#options = options;
    const { clock, limits } = options;
    const onStall = (stage: string, silentMs: number) => this.stop(stallFault(stage, silentMs));
    this.#watchdog = new Watchdog({ factor: limits.stallFactor, clock, onStall });
  }

  /** Starts the first child when asked for the first time. */
  ready(): Promise<EngineDescription> {
    const state = this.#state;
    if (state.kind === 'closed') return Promise.reject(closedFault());
    if (state.kind === 'backing_off' && isPermanent(state.fault)) return Promise.reject(state.fault);
    if (state.kind === 'asleep') this.#start();
    return this.#ready.promise;
  }

  /** Hands a render to the ready child and watches it until endRender() or its death. */
  beginRender(message: Extract<ParentMessage, { type: 'render' }>): void {
    if (this.#state.kind !== 'ready') {
      throw new RiffError('engine_unavailable', 'expected a ready engine, it has just ended');
    }
    this.#watchdog.begin(this.#options.limits.stepFloorMs, 'text');
    this.#state.child.send(message);
  }

  cancel(jobId: string): void {
    if (this.#state.kind === 'ready') this.#state.child.send({ type: 'cancel', jobId });
  }

  endRender(): void {
    if (this.#state.kind !== 'ready') return;
    this.#watchdog.end();
    this.#deathsInARow = 0;
  }

  /** Stops a child that failed or broke the protocol and starts a new one. */
  stop(cause: RiffError): void {
    const state = this.#state;
    if (!('child' in state)) return;
    if (state.kind === 'ready') this.#leaveReady('stopping', state.child);
    void state.child.stop(cause);
  }

  /** Replaces an idle child without a pause. */
  recycle(): void {
    if (this.#state.kind !== 'ready') return;
    const { child } = this.#state;
    this.#leaveReady('recycling', child);
    void child.stop(null);
  }

  /** Resolves when no child is left. */
  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    this.#cancelStart();
    this.#watchdog.end();
    this.#ready.reject(closedFault());
    if ('child' in state) await state.child.stop(closedFault());
  }

  #leaveReady(kind: 'stopping' | 'recycling', child: EngineProcess): void {
    this.#state = { kind, child };
    this.#ready = deferred();
    this.#watchdog.end();
  }

  #start(): void {
    const { command, limits, clock, prepare, onEvent } = this.#options;
    try {
      prepare();
    } catch (thrown) {
      if (!(thrown instanceof RiffError)) throw thrown;
      this.#backOff(thrown, true);
      return;
    }
    const onMessage = (message: ChildMessage) => this.#receive(child, message);
    const child = new EngineProcess({ command, limits, clock, onMessage });
    this.#state = { kind: 'starting', child };
    this.#watchdog.begin(limits.handshakeMs, 'load');
    onEvent({ kind: 'started', pid: child.pid });
    void child.ended.then((exit) => this.#onEnded(exit));
  }

  #receive(child: EngineProcess, message: ChildMessage): void {
    const { kind } = this.#state;
    if (kind !== 'starting' && kind !== 'ready') return;
    switch (message.type) {
      case 'hello':
        this.#onHello(child, message.version);
        break;
      case 'ready':
        this.#onReady(child, message.description);
        break;
      case 'beat':
        if (kind === 'starting' || message.jobId !== null) this.#watchdog.beat(message.progress);
        if (kind === 'ready') this.#options.onMessage(message);
        break;
      case 'failed':
        if (message.jobId === null) this.stop(errorFrom(message));
        else this.#options.onMessage(message);
        break;
      case 'preview':
      case 'done':
        this.#options.onMessage(message);
        break;
    }
  }

  #onHello(child: EngineProcess, version: number): void {
    if (version !== PROTOCOL_VERSION || this.#state.kind !== 'starting') {
      const found = `expected one greeting of protocol ${PROTOCOL_VERSION}, got protocol ${version} while ${this.#state.kind}`;
      this.stop(new RiffError('engine_protocol', found));
      return;
    }
    this.#watchdog.begin(this.#options.limits.loadFloorMs, 'load');
    child.send({ type: 'start', version: PROTOCOL_VERSION, ...this.#options.start });
  }

  #onReady(child: EngineProcess, description: EngineDescription): void {
    if (this.#state.kind !== 'starting') {
      this.stop(
        new RiffError('engine_protocol', 'expected the engine to become ready once, got a second time'),
      );
      return;
    }
    this.#watchdog.end();
    this.#state = { kind: 'ready', child };
    this.#options.onEvent({ kind: 'ready', description });
    this.#ready.resolve(description);
  }

  #onEnded(exit: Exit): void {
    const state = this.#state;
    const expected = state.kind === 'closed' || state.kind === 'recycling';
    this.#watchdog.end();
    const cause = exit.cause && plain(exit.cause);
    this.#options.onEvent({ kind: 'ended', expected, ...exit, cause });
    switch (state.kind) {
      case 'closed':
        this.#options.onDeath(closedFault());
        break;
      case 'recycling':
        this.#start();
        break;
      default: {
        const wasStarting = state.kind === 'starting';
        const fault = faultOf(exit, wasStarting);
        if (state.kind === 'ready') this.#ready = deferred();
        this.#backOff(fault, wasStarting);
        this.#options.onDeath(fault);
      }
    }
  }

  #backOff(fault: RiffError, whileStarting: boolean): void {
    const { limits, clock, onEvent } = this.#options;
    this.#deathsInARow += 1;
    this.#state = { kind: 'backing_off', fault };
    const isHopeless = isPermanent(fault) || this.#deathsInARow >= limits.startAttempts;
    if (whileStarting && isHopeless) {
      this.#ready.reject(fault);
      this.#ready = deferred();
    }
    const { longestBackOffMs } = limits;
    const afterMs = isPermanent(fault) ? longestBackOffMs : backOffMs(this.#deathsInARow, longestBackOffMs);
    onEvent({ kind: 'backing_off', fault: plain(fault), afterMs });
    this.#cancelStart = clock.after(afterMs, () => this.#start());
  }
}

function plain({ code, message }: RiffError): Fault {
  return { code, message };
}

function closedFault(): RiffError {
  return new RiffError('engine_failed', 'the engine has been closed');
}

/** Its rejection is not reported as unhandled when nobody waits. */
function deferred<T>(): PromiseWithResolvers<T> {
  const resolvers = Promise.withResolvers<T>();
  resolvers.promise.catch(() => {});
  return resolvers;
}
