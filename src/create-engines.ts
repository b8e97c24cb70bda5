import type { Config } from './config.ts';
import { ChildEngine, type ChildEngineOptions } from './engine/child-engine.ts';
import type { Log } from './log.ts';
import type { RiffEngine } from './riff/engine.ts';

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

/** As many as riffs are rendered at once. They start with their first use. */
export function createEngines(setup: EngineSetup, outputFolder: string): readonly RiffEngine[] {
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
