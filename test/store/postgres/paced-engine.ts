import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../../src/errors.ts';
import type { RenderOptions, RiffFiles } from '../../../src/riff/engine.ts';
import type { RiffRequest } from '../../../src/riff/request.ts';
import { ScriptedEngine } from '../../wire/bench/scripted-engine.ts';

/** Renders without a model: beats at every step, ends after `renderMs`. */
export class PacedEngine extends ScriptedEngine {
  readonly #renderMs: number;

  constructor(folder: string, renderMs: number) {
    super(folder);
    this.#renderMs = renderMs;
    this.isQuick = true;
  }

  override async render(jobId: string, request: RiffRequest, options: RenderOptions): Promise<RiffFiles> {
    const { steps } = request;
    for (let stepIndex = 1; stepIndex <= steps; stepIndex += 1) {
      await pause(this.#renderMs / steps, undefined, { signal: options.signal }).catch(() => {
        throw new CancelledError();
      });
      options.onProgress({ stage: 'denoise', stepIndex, steps });
    }
    return super.render(jobId, request, options);
  }
}
