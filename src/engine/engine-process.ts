import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.ts';
import { messageOf, RiffError } from '../errors.ts';
import { encodeFrame, FrameDecoder } from './frames.ts';
import { guardMemory } from './memory-guard.ts';
import { type ChildMessage, type ParentMessage, parseChildMessage } from './protocol.ts';
import { TextRing } from './text-ring.ts';

const OUTPUT_RING_BYTES = 16 * 1024;
/** The socket for messages. stdout is not used for them, because a library that prints would corrupt a frame. */
const MESSAGE_FD = 3;
/** After the exit, the pipes get this long to deliver their remaining bytes. */
const DRAIN_MS = 500;

/** A program that speaks the child's side of the protocol on file descriptor 3. */
export interface EngineCommand {
  readonly command: string;
  readonly args: readonly string[];
}

export interface ProcessLimits {
  readonly maxRssBytes: number;
  readonly memoryCheckMs: number;
  /** From SIGTERM to SIGKILL, and from a closed pipe to SIGTERM. */
  readonly killAfterMs: number;
}

export interface Exit {
  readonly pid: number | null;
  readonly exitCode: number | null;
  readonly exitSignal: string | null;
  /** Why the parent ended it; null when it ended by itself. */
  readonly cause: RiffError | null;
  /** The last 16 KiB of its stdout and stderr: for the log, never for users. */
  readonly output: string;
}

export interface ProcessOptions {
  readonly command: EngineCommand;
  readonly limits: ProcessLimits;
  readonly clock: Clock;
  readonly onMessage: (message: ChildMessage) => void;
}

/** One child process from its start to its confirmed death. */
export class EngineProcess {
  /** Resolves when the operating system has confirmed the end. Never rejects. */
  readonly ended: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #output = new TextRing(OUTPUT_RING_BYTES);
  readonly #cancels: (() => void)[] = [];
  #cause: RiffError | null = null;
  #life: 'alive' | 'stopping' | 'gone' = 'alive';

  constructor(options: ProcessOptions) {
    this.#options = options;
    const { command, args } = options.command;
    this.#child = spawn(command, args, {
      // Native code and its crash reports must not see the bot's token; MALLOC_ARENA_MAX would make its threads share heaps.
      env: { ...process.env, DISCORD_TOKEN: undefined, MALLOC_ARENA_MAX: undefined },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    this.ended = this.#watchEnd();
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#output.append(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#output.append(chunk));
    this.#listen();
    this.#guardMemory();
  }

  get pid(): number | null {
    return this.#child.pid ?? null;
  }

  /** Drops messages to a process that has already ended; await `ended` to know. */
  send(message: ParentMessage): void {
    const pipe = this.#pipe();
    if (pipe?.writable) pipe.write(encodeFrame(message));
  }

  /** SIGTERM, later SIGKILL. The exit reports the first cause. */
  stop(cause: RiffError | null): Promise<Exit> {
    if (this.#life !== 'alive') return this.ended;
    this.#life = 'stopping';
    this.#cause ??= cause;
    this.#child.kill('SIGTERM');
    this.#cancels.push(
      this.#options.clock.after(this.#options.limits.killAfterMs, () => this.#child.kill('SIGKILL')),
    );
    return this.ended;
  }

  #pipe(): Duplex | undefined {
    return (this.#child.stdio[MESSAGE_FD] as Duplex | null | undefined) ?? undefined;
  }

  #listen(): void {
    const decoder = new FrameDecoder();
    const pipe = this.#pipe();
    pipe?.on('data', (chunk: Buffer) => {
      if (this.#life !== 'alive') return;
      try {
        for (const message of decoder.push(chunk)) this.#options.onMessage(parseChildMessage(message));
      } catch (thrown) {
        const cause =
          thrown instanceof RiffError ? thrown : new RiffError('engine_protocol', messageOf(thrown));
        void this.stop(cause);
      }
    });
    // 'close' follows and is handled.
    pipe?.on('error', () => {});
    pipe?.on('close', () => this.#stopIfAlive());
  }

  /** A process that ends closes its pipe too; one that lives on without the pipe has to be stopped. */
  #stopIfAlive(): void {
    if (this.#life !== 'alive') return;
    const { clock, limits } = this.#options;
    const torn = new RiffError('engine_protocol', 'expected an open message pipe, the engine closed it');
    this.#cancels.push(clock.after(limits.killAfterMs, () => void this.stop(torn)));
  }

  #guardMemory(): void {
    const { limits, clock } = this.#options;
    const pid = this.pid;
    if (pid === null) return;
    const { maxRssBytes: limitBytes, memoryCheckMs: everyMs } = limits;
    this.#cancels.push(
      guardMemory({ pid, limitBytes, everyMs, clock }, (rssBytes) => {
        void this.stop(memoryFault(rssBytes, limitBytes));
      }),
    );
  }

  #watchEnd(): Promise<Exit> {
    const { promise, resolve } = Promise.withResolvers<Exit>();
    const child = this.#child;
    const finish = () => {
      this.#life = 'gone';
      for (const cancel of this.#cancels.splice(0)) cancel();
      this.#pipe()?.destroy();
      resolve({
        pid: this.pid,
        exitCode: child.exitCode,
        exitSignal: child.signalCode,
        cause: this.#cause,
        output: this.#output.toString(),
      });
    };
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      this.#cause ??= new RiffError('engine_crashed', `the engine could not be started: ${error.message}`);
      finish();
    });
    child.once('exit', () => this.#cancels.push(this.#options.clock.after(DRAIN_MS, finish)));
    child.once('close', finish);
    return promise;
  }
}

function memoryFault(rssBytes: number, limitBytes: number): RiffError {
  const mebibytes = (bytes: number) => Math.round(bytes / 1024 ** 2);
  return new RiffError(
    'out_of_memory',
    `expected the engine to stay below ${mebibytes(limitBytes)} MiB, it held ${mebibytes(rssBytes)} MiB; raise ENGINE_MAX_RSS_MB or use a smaller model`,
  );
}
