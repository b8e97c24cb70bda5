import { Socket } from 'node:net';
import { type ChildRenderer, serve } from '../../../src/engine/child-session.ts';
import { leaveWithParent } from '../../../src/engine/parent-watch.ts';
import { ABILITIES } from '../../abilities.ts';

/**
 * `node quick-child.ts PARENT`: the engine's own process with all that is production's but the model. A render takes a
 * tenth of a second and makes files of the size that its prompt names in kB (`100 kB`), so that a disk can run full.
 */
const RENDER_MS = 100;

const renderer: ChildRenderer = {
  description: {
    model: 'quick',
    modelVersion: '1',
    device: 'CPU',
    openvino: 'none',
    defaults: { steps: 4, guidanceScale: 7, scheduler: 'dpmpp_2m' },
    schedulers: ['dpmpp_2m'],
    ...ABILITIES,
    clipMs: 5120,
    wavBytes: 100_000,
    msPerStep: 10,
    msFixed: 60,
  },
  async render(request, { onProgress }) {
    onProgress({ stage: 'denoise', stepIndex: request.steps, steps: request.steps });
    await new Promise((resolve) => setTimeout(resolve, RENDER_MS));
    const kilobytes = Number(/^(\d+) kB/.exec(request.prompt)?.[1] ?? 1);
    return {
      png: Buffer.alloc(1000, 1),
      wav: Buffer.alloc(kilobytes * 1000, 1),
      recipe: { ...request, model: 'quick', modelVersion: '1', device: 'CPU', generator: 'test' },
      warnings: [],
      durationMs: { sound: 5120, render: RENDER_MS },
      timings: {},
    };
  },
};

leaveWithParent(Number(process.argv[2]));
await serve(new Socket({ fd: 3, readable: true, writable: true }), async () => renderer);
process.exit(0);
