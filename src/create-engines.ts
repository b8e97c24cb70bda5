import type { Config } from './config.ts';
import { ChildEngine, type ChildEngineOptions } from './engine/child-engine.ts';
import type { Log } from './log.ts';
import type { EngineDescription, RiffEngine } from './riff/engine.ts';

const MINUTE_MS = 60_000;

export type EngineEvent = Parameters<NonNullable<ChildEngineOptions['onEvent']>>[0];

export interface EngineSetup {
  readonly config: Config;
  readonly modelFolder: string;
  readonly log: Log;
  readonly onEvent?: (slot: number, event: EngineEvent) => void;
  /** Replaces the child processes, for tests. */
  readonly engines?: readonly RiffEngine[];
  /** Another program or other limits for the engines' processes, for tests. */
  readonly engineProcess?: Pick<ChildEngineOptions, 'command' | 'limits'>;
}

export interface Engines {
  readonly engines: readonly RiffEngine[];
  /** At most `starts` renders begin in `intervalMs`. */
  readonly startRate: { readonly starts: number; readonly intervalMs: number };
  /** Starts all of them; resolves with the model of the first. */
  describe(): Promise<EngineDescription>;
}

/** Creates an engine for each of the `CONCURRENCY` slots. Its process starts with the first use and ends with `parts`. */
export function openEngines(setup: EngineSetup, outputFolder: string, parts: AsyncDisposableStack): Engines {
  const engines = createEngines(setup, outputFolder);
  parts.defer(async () => void (await Promise.allSettled(engines.map((engine) => engine.close()))));
  return {
    engines,
    startRate: { starts: setup.config.queue.startsPerMinute, intervalMs: MINUTE_MS },
    async describe() {
      const [description] = await Promise.all(engines.map((engine) => engine.describe()));
      if (!description) throw new RangeError('expected at least one engine');
      return description;
    },
  };
}

function createEngines(setup: EngineSetup, outputFolder: string): readonly RiffEngine[] {
  const { config, modelFolder, log, onEvent, engines, engineProcess = {} } = setup;
  if (engines) return engines;
  return Array.from(
    { length: config.queue.concurrency },
    (_, slot) =>
      new ChildEngine({
        modelFolder,
        device: config.device,
        openvino: config.openvino,
        modelCache: config.modelCache,
        outputFolder,
        ...engineProcess,
        limits: { ...config.engine, ...engineProcess.limits },
        onEvent(event) {
          log.info({ slot, event }, 'engine');
          onEvent?.(slot, event);
        },
      }),
  );
}
