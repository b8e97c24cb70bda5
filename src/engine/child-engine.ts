import { fileURLToPath } from 'node:url';
import { type Clock, systemClock } from '../clock.ts';
import type { ModelCacheConfig, OpenVinoConfig } from '../config.ts';
import { CancelledError, type ErrorCode, messageOf, RiffError, throwIfAborted } from '../errors.ts';
import type { EngineDescription, RenderOptions, RiffEngine, RiffFiles } from '../riff/engine.ts';
import { JOB_ID_PATTERN } from '../riff/origin.ts';
import type { RiffRequest } from '../riff/request.ts';
import type { EngineCommand } from './engine-process.ts';
import { DEFAULT_ENGINE_LIMITS, type EngineLimits } from './limits.ts';
import { errorFrom, type RenderResult } from './protocol.ts';
import { checkResult, discardResult, prepareOutputFolder } from './result-files.ts';
import { type EngineEvent, type JobMessage, Supervisor } from './supervisor.ts';

export interface ChildEngineOptions {
  readonly modelFolder: string;
  readonly device: string;
  /** The first binding that opens, by default. */
  readonly openvino?: OpenVinoConfig;
  /** Where compiled models are cached; by default nowhere. */
  readonly modelCache?: ModelCacheConfig | null;
  /** Created for this user alone. Finished riffs stay there until the caller removes them. */
  readonly outputFolder: string;
  readonly limits?: Partial<EngineLimits>;
  readonly onEvent?: (event: EngineEvent) => void;
  readonly clock?: Clock;
  readonly command?: EngineCommand;
}

/** Faults after which the process is not used again: its native code failed, or it broke the protocol. */
const FATAL_FAULTS = new Set<ErrorCode>(['openvino_failed', 'out_of_memory', 'engine_protocol']);

interface RunningJob {
  readonly jobId: string;
  readonly options: RenderOptions;
  readonly settled: PromiseWithResolvers<RiffFiles>;
}

/**
 * Runs the engine in a child process: a crash, a hang or excessive memory costs one render, never the caller.
 * The child starts with the first call, is started again after every death and replaced after many renders.
 */
export class ChildEngine implements RiffEngine {
  readonly #outputFolder: string;
  readonly #limits: EngineLimits;
  readonly #clock: Clock;
  readonly #supervisor: Supervisor;
  #busy = false;
  #job: RunningJob | null = null;
  #renders = 0;
  #cancelRecycling: () => void = () => {};

  constructor(options: ChildEngineOptions) {
    const { modelFolder, device, outputFolder, modelCache = null } = options;
    const { openvino = { binding: null, library: null } } = options;
    this.#outputFolder = outputFolder;
    this.#limits = { ...DEFAULT_ENGINE_LIMITS, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    this.#supervisor = new Supervisor({
      command: options.command ?? engineCommand(),
      start: { modelFolder, device, openvino, modelCache, outputFolder },
      limits: this.#limits,
      clock: this.#clock,
      prepare: () => prepareOutputFolder(outputFolder),
      onEvent: options.onEvent ?? (() => {}),
      onMessage: (message) => this.#receive(message),
      onDeath: (fault) => this.#job?.settled.reject(fault),
    });
  }

  async describe(): Promise<EngineDescription> {
    return await this.#supervisor.ready();
  }

  async render(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles> {
    this.#claim(jobId);
    try {
      await unlessAborted(this.#untilReady(), options.signal);
      const files = await this.#run(jobId, request, options);
      options.signal.throwIfAborted();
      return files;
    } catch (thrown) {
      await discardResult(this.#outputFolder, jobId);
      throw options.signal.aborted ? new CancelledError() : thrown;
    } finally {
      this.#busy = false;
      this.#planRecycling();
    }
  }

  async close(): Promise<void> {
    this.#cancelRecycling();
    await this.#supervisor.close();
  }

  async #untilReady(): Promise<EngineDescription> {
    try {
      return await this.#supervisor.ready();
    } catch (cause) {
      const message = `expected an engine that starts, got: ${messageOf(cause)}`;
      throw new RiffError('engine_unavailable', message, { cause });
    }
  }

  #claim(jobId: string): void {
    if (this.#busy)
      throw new RiffError('engine_failed', 'expected one render at a time, got a second one; wait');
    if (!JOB_ID_PATTERN.test(jobId)) {
      throw new RiffError(
        'engine_failed',
        `expected a job id of a-z, 0-9 and "-", got ${JSON.stringify(jobId)}`,
      );
    }
    this.#busy = true;
    this.#cancelRecycling();
  }

  async #run(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles> {
    const settled = Promise.withResolvers<RiffFiles>();
    const cancel = () => this.#supervisor.cancel(jobId);
    this.#job = { jobId, options, settled };
    options.signal.addEventListener('abort', cancel, { once: true });
    try {
      const withPreview = options.onPreview !== undefined;
      this.#supervisor.beginRender({ type: 'render', jobId, request, withPreview });
      return await settled.promise;
    } finally {
      options.signal.removeEventListener('abort', cancel);
      this.#job = null;
      this.#renders += 1;
      this.#supervisor.endRender();
    }
  }

  #receive(message: JobMessage): void {
    const job = this.#job;
    if (message.type === 'beat' && message.jobId === null) return;
    if (!job || message.jobId !== job.jobId) {
      const found = `expected a message about ${job?.jobId ?? 'no job'}, got "${message.type}" about ${message.jobId}`;
      this.#supervisor.stop(new RiffError('engine_protocol', found));
      return;
    }
    switch (message.type) {
      case 'beat':
        job.options.onProgress(message.progress);
        break;
      case 'preview':
        job.options.onPreview?.(Buffer.from(message.jpeg, 'base64'));
        break;
      case 'done':
        void this.#accept(job, message.result);
        break;
      case 'failed':
        this.#fail(job, errorFrom(message));
        break;
    }
  }

  async #accept(job: RunningJob, result: RenderResult): Promise<void> {
    try {
      job.settled.resolve(await checkResult(this.#outputFolder, job.jobId, result));
    } catch (thrown) {
      this.#fail(job, thrown as RiffError);
    }
  }

  #fail(job: RunningJob, fault: RiffError): void {
    // A stopped process settles its job when it has exited.
    if (FATAL_FAULTS.has(fault.code)) this.#supervisor.stop(fault);
    else job.settled.reject(fault);
  }

  #planRecycling(): void {
    const { recycleAfter, recycleIdleMs } = this.#limits;
    if (this.#renders < recycleAfter) return;
    const waitMs = this.#renders < 2 * recycleAfter ? recycleIdleMs : 0;
    this.#cancelRecycling = this.#clock.after(waitMs, () => {
      this.#renders = 0;
      this.#supervisor.recycle();
    });
  }
}

function engineCommand(): EngineCommand {
  const entry = fileURLToPath(new URL('./child-main.ts', import.meta.url));
  return { command: process.execPath, args: [entry, String(process.pid)] };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(new CancelledError());
  signal.addEventListener('abort', abort, { once: true });
  try {
    throwIfAborted(signal);
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
