import { join } from 'node:path';
import { MODELS_FOLDER } from '../../src/model-library/locate-model.ts';
import { openRuntime } from '../../src/openvino/open-runtime.ts';
import { decodePainted } from '../../src/render/decode-painted.ts';
import { encodeLatents } from '../../src/render/latents-file.ts';
import { paintRequest } from '../../src/render/paint-request.ts';
import { completeRequest } from '../../src/render/profiles.ts';
import { type Riff, renderRiff } from '../../src/render/render-riff.ts';
import { loadRenderer, type Renderer } from '../../src/render/renderer.ts';
import type { RiffRequest } from '../../src/riff/request.ts';
import { decodedToPicture, type Picture } from '../../src/spectrogram/picture.ts';

export interface Drawing {
  readonly picture: Picture;
  /** As they are kept; see encodeLatents. */
  readonly latents: Uint8Array;
}

/** A model, and what its riffs go on from. */
export interface Studio {
  readonly renderer: Renderer;
  /** Kept latents by job, and WAVs by the name of their upload. */
  readonly kept: Map<string, Uint8Array>;
  /** As the bot and the terminal complete what a user leaves out; what follows does it by itself. */
  complete(wanted: Partial<RiffRequest>): RiffRequest;
  /** A riff without its sound: half the time. */
  draw(wanted: Partial<RiffRequest>): Promise<Drawing>;
  render(wanted: Partial<RiffRequest>): Promise<Riff>;
  dispose(): Promise<void>;
}

/** Opens riff-mini, or the model of another folder. */
export async function openStudio(modelFolder = join(MODELS_FOLDER, 'riff-mini')): Promise<Studio> {
  const runtime = await openRuntime();
  const renderer = await loadRenderer({ runtime, modelFolder, device: 'CPU' });
  const kept = new Map<string, Uint8Array>();
  const files = {
    latents: async (jobId: string) => kept.get(jobId) ?? null,
    upload: async (name: string) => kept.get(name) ?? new Uint8Array(),
  };
  const { signal } = new AbortController();
  const complete: Studio['complete'] = (wanted) =>
    completeRequest(wanted, renderer.model.defaults, { freshSeed: 0 });
  return {
    renderer,
    kept,
    complete,
    async draw(wanted) {
      const request = complete(wanted);
      const drawn = await renderer.draw(async (pipeline) => {
        const parts = { ...renderer, hasEncoder: renderer.model.hasEncoder, pipeline, signal, files };
        const painted = await paintRequest(request, { ...parts, onPart: () => {}, preview: null });
        return { ...painted, ...(await decodePainted(painted, renderer, pipeline, { decoder: 'small' })) };
      });
      return { picture: decodedToPicture(drawn), latents: encodeLatents(drawn, renderer.model) };
    },
    render: (wanted) => renderRiff(renderer, complete(wanted), { files, signal, onProgress: () => {} }),
    async dispose() {
      await renderer.dispose();
      await runtime.dispose();
    },
  };
}
