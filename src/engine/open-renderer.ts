import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPromptWords } from '../diffusion/model-folder/model-folder.ts';
import { UserError } from '../errors.ts';
import { reasonTexts } from '../messages/reasons.ts';
import { readManifest } from '../model-library/manifest.ts';
import { openRuntime } from '../openvino/open-runtime.ts';
import type { SourceFiles } from '../render/paint-request.ts';
import { renderRiff } from '../render/render-riff.ts';
import { abilitiesOf, loadRenderer, type Renderer } from '../render/renderer.ts';
import { type EngineDescription, type RenderProgress, resultName } from '../riff/engine.ts';
import { parseRiffRequest } from '../riff/request.ts';
import type { ChildRenderer } from './child-session.ts';
import type { StartMessage } from './protocol.ts';

/** One step to warm up, one to measure. */
const WARM_UP_STEPS = 2;

/** The largest recipe in a WAV: two prompts of 1,000 letters, six bytes each, and the rest of the request. */
const MAX_RECIPE_BYTES = 16 * 1024;

type OnProgress = (progress: RenderProgress) => void;

/** Loads the model and renders once: the first riff is then as fast as later ones, and the speed is known. */
export async function openRenderer(start: StartMessage, onProgress: OnProgress): Promise<ChildRenderer> {
  onProgress({ stage: 'load', stepIndex: 0, steps: 0 });
  const { modelFolder, device, modelCache } = start;
  const runtime = await openRuntime(start.openvino);
  const renderer = await loadRenderer({ runtime, modelFolder, device, modelCache });
  const files = sourceFiles(start.outputFolder);
  return {
    description: {
      ...describe(renderer),
      licence: (await readManifest(modelFolder))?.licence?.name ?? null,
      promptWords: await readPromptWords(modelFolder),
      openvino: runtime.version,
      ...(await warmUp(renderer, onProgress)),
    },
    render: async (request, options) => {
      const rendered = await renderRiff(renderer, request, { ...options, files, withPoster: true });
      const { twiceWav: _, ...riff } = rendered;
      return riff;
    },
  };
}

function describe(renderer: Renderer) {
  const { model, clipMs } = renderer;
  const { name, version, device, defaults, schedulers } = model;
  return {
    ...{ model: name, modelVersion: version, device, defaults, schedulers, clipMs },
    ...abilitiesOf(renderer),
    channels: 1,
    takesNegatives: true,
  };
}

type Measured = Pick<EngineDescription, 'msPerStep' | 'msFixed' | 'wavBytes'>;

async function warmUp(renderer: Renderer, onProgress: OnProgress): Promise<Measured> {
  const stepsAtMs: number[] = [];
  const { defaults } = renderer.model;
  const request = parseRiffRequest({ prompt: 'warm-up', steps: WARM_UP_STEPS }, defaults, 0);
  const { wav, durationMs, timings } = await renderRiff(renderer, request, {
    signal: new AbortController().signal,
    onProgress: (progress) => {
      if (progress.stage === 'denoise') stepsAtMs.push(performance.now());
      onProgress(progress);
    },
  });
  const [first = 0, second = first] = stepsAtMs;
  return {
    msPerStep: second - first,
    msFixed: durationMs.render - (timings.denoise ?? 0),
    wavBytes: wav.byteLength + MAX_RECIPE_BYTES,
  };
}

/** Reads what riffs go on from in the folder of results. Throws UserError for an upload that is gone. */
function sourceFiles(folder: string): SourceFiles {
  return {
    // Latents that cannot be read are rendered again.
    latents: (jobId) => readFile(join(folder, resultName(jobId, 'latents'))).catch(() => null),
    upload: (name) =>
      readFile(join(folder, name)).catch((cause) => {
        throw new UserError(reasonTexts.en.soundGone, { cause });
      }),
  };
}
