import { CancelledError, RiffError } from '../../../src/errors.ts';
import type { EngineDescription, RenderOptions, RiffEngine, RiffFiles } from '../../../src/riff/engine.ts';
import type { RiffRequest } from '../../../src/riff/request.ts';
import { ABILITIES } from '../../abilities.ts';
import { exampleFiles } from './example-jobs.ts';

export interface StubRender {
  readonly jobId: string;
  readonly request: RiffRequest;
  readonly signal: AbortSignal;
  /** Reports a finished step. */
  step(stepIndex: number): void;
  /** `took`: milliseconds as the engine measured them. */
  finish(took?: { readonly render: number; readonly denoise: number }): void;
  crash(error: Error): void;
  /** Settles the render as cancelled, which a real engine does some time after the signal. */
  stop(): void;
}

/** An engine whose renders the test drives by hand; it counts how many are alive at once. */
export class StubEngine implements RiffEngine {
  readonly renders: StubRender[] = [];
  alive = 0;
  mostAlive = 0;
  /** Why it cannot be used at present. */
  fault: RiffError | null = null;
  /** Called for every render: scripts that need no hand. */
  onRender: (render: StubRender) => void = () => {};

  get current(): StubRender {
    const render = this.renders.at(-1);
    if (!render) throw new Error('expected a render to have begun');
    return render;
  }

  async describe(): Promise<EngineDescription> {
    if (this.fault) throw this.fault;
    return DESCRIPTION;
  }

  render(jobId: string, request: RiffRequest, { onProgress, signal }: RenderOptions): Promise<RiffFiles> {
    if (this.fault) return Promise.reject(new RiffError('engine_unavailable', 'it does not start'));
    this.alive += 1;
    this.mostAlive = Math.max(this.mostAlive, this.alive);
    const { promise, resolve, reject } = Promise.withResolvers<RiffFiles>();
    const over = (end: () => void) => {
      this.alive -= 1;
      end();
    };
    const render: StubRender = {
      jobId,
      request,
      signal,
      step: (stepIndex) => onProgress({ stage: 'denoise', stepIndex, steps: request.steps }),
      finish: (took) => over(() => resolve(exampleFiles(jobId, request, took))),
      crash: (error) => over(() => reject(error)),
      stop: () => over(() => reject(new CancelledError())),
    };
    this.renders.push(render);
    this.onRender(render);
    return promise;
  }

  async close(): Promise<void> {}
}

const DESCRIPTION: EngineDescription = {
  model: 'stub',
  modelVersion: '1',
  device: 'CPU',
  openvino: 'none',
  defaults: { steps: 4, guidanceScale: 7, scheduler: 'ddim' },
  schedulers: ['ddim'],
  ...ABILITIES,
  clipMs: 5119,
  wavBytes: 1000,
  msPerStep: 1000,
  msFixed: 2000,
};
