import packageFile from '../../package.json' with { type: 'json' };
import { createReconstructor, type Reconstructor } from '../audio/reconstruct.ts';
import type { ModelCacheConfig } from '../config.ts';
import { type DiffusionPipeline, loadPipeline, type PipelineDescription } from '../diffusion/pipeline.ts';
import { RiffError } from '../errors.ts';
import type { Notice } from '../messages/notices.ts';
import { machineMemory } from '../openvino/available-memory.ts';
import { trimCache } from '../openvino/cache-entries.ts';
import { type DeviceChoices, deviceOptions } from '../openvino/device-options.ts';
import { withoutMappedWeights } from '../openvino/mapped-weights.ts';
import { withModelCache } from '../openvino/model-cache.ts';
import type { Runtime } from '../openvino/runtime.ts';
import { allowedThreads } from '../openvino/threads.ts';
import type { TimeGrid } from '../riff/tempo.ts';
import { clipSamples, parseSpectrogramParams, type SpectrogramParams } from '../spectrogram/params.ts';
import { guidanceMemory } from './guidance-memory.ts';

/** Part of every recipe. */
export const SOFTWARE = `riff ${packageFile.version}`;

/** Two grey levels: a picture with less contrast is silent. */
const LEAST_CONTRAST = 2 / 255;

export interface RendererOptions {
  readonly runtime: Runtime;
  readonly modelFolder: string;
  /** As Runtime.devices() names it. */
  readonly device: string;
  /** Where compiled models are kept for the next start; by default nowhere. */
  readonly modelCache?: ModelCacheConfig | null;
}

/** A loaded model, with the parts that turn its pictures into sound. */
export interface Renderer {
  readonly model: PipelineDescription;
  readonly params: SpectrogramParams;
  readonly reconstructor: Reconstructor;
  readonly clipMs: number;
  readonly grid: TimeGrid;
  /** Picture columns of one latent column. */
  readonly columnPixels: number;
  /**
   * Runs work that draws a picture. A device that computes in less than 32 bits may give an empty one; the work is then
   * repeated in 32 bits, with a warning, and the model stays in 32 bits.
   */
  draw<Work extends Drawn>(work: (pipeline: Painter) => Promise<Work>): Promise<Work>;
  dispose(): Promise<void>;
}

/**
 * Reads and compiles a model folder.
 * Throws RiffError('invalid_config') for an unknown device, RiffError('invalid_model') for a faulty folder,
 * RiffError('out_of_memory') if this machine has too little memory, RiffError('openvino_failed') if the device fails.
 */
export async function loadRenderer(options: RendererOptions): Promise<Renderer> {
  const { runtime, modelFolder, device, modelCache = null } = options;
  await checkDevice(runtime, device);
  const lean = withoutMappedWeights(runtime);
  const cached = modelCache === null ? lean : withModelCache(lean, modelCache);
  return createRenderer(async (choices) => {
    const options = deviceOptions(device, choices);
    const { availableBytes, keepsHalf } = machineMemory();
    const ownPrecision = options.properties.INFERENCE_PRECISION_HINT === undefined;
    // Other devices have their own memory.
    const memory = device === 'CPU' && { availableBytes, keepsHalf: keepsHalf && ownPrecision };
    const pipeline = await loadPipeline(cached, modelFolder, {
      ...options,
      ...(memory && { memory }),
      ...(modelCache !== null && {
        guidanceMemory: guidanceMemory(modelCache.folder, modelFolder, runtime.version, options),
      }),
    });
    // By now every part of this model is marked as in use.
    if (modelCache !== null) await trimCache(modelCache);
    return pipeline;
  });
}

/** What a request may ask of this model; see checkAbilities. */
export function abilitiesOf({ model, grid }: Renderer) {
  return { grid, takesLatents: true, takesSounds: model.hasEncoder };
}

/** The part of a pipeline that `draw` hands to its work. */
export type Painter = Pick<DiffusionPipeline, 'paint' | 'decode' | 'encodePicture'>;

export interface Drawn {
  /** Any values in 0 … 1. */
  readonly planes: Float32Array;
  readonly warnings: readonly Notice[];
}

type Loaded = Painter & Pick<DiffusionPipeline, 'describe' | 'dispose'>;

type Load = (choices: DeviceChoices) => Promise<Loaded>;

/** `load` compiles the model, after the previous one was disposed of. */
export async function createRenderer(load: Load): Promise<Renderer> {
  let pipeline = await loadFirst(load);
  let isExact = false;
  const model = pipeline.describe;
  const params = spectrogramOf(model);
  const clipMs = (clipSamples(params, model.width) / params.sampleRate) * 1000;
  const [, , , clipColumns = 1] = model.latentShape;
  return {
    model,
    params,
    reconstructor: createReconstructor(params, allowedThreads()),
    clipMs,
    grid: { clipColumns, columnMs: clipMs / clipColumns, ...model.tempi },
    columnPixels: model.width / clipColumns,
    async draw(work) {
      const drawn = await drawOnce(() => work(pipeline), isExact);
      if (drawn) return drawn;
      if (isExact) throw flatFault(model.device);
      await pipeline.dispose();
      pipeline = await load({ exact: true });
      isExact = true;
      const again = await drawOnce(() => work(pipeline), isExact);
      if (again) return { ...again, warnings: [...again.warnings, EXACT_WARNING] };
      throw flatFault(model.device);
    },
    dispose: () => pipeline.dispose(),
  };
}

/** Loads in 32 bits if the CPU is faster so, or in the device's precision if 32 bits do not fit into memory. */
async function loadFirst(load: Load): Promise<Loaded> {
  try {
    return await load({});
  } catch (thrown) {
    if (thrown instanceof RiffError && thrown.code === 'out_of_memory') return load({ cpuExact: false });
    throw thrown;
  }
}

const EXACT_WARNING: Notice = { kind: 'exactPrecision' };

/** Null if the picture is empty or contains NaN, so that another precision may help. */
async function drawOnce<Work extends Drawn>(
  work: () => Promise<Work>,
  isExact: boolean,
): Promise<Work | null> {
  try {
    const drawn = await work();
    return hasContrast(drawn.planes) ? drawn : null;
  } catch (thrown) {
    if (!isExact && thrown instanceof RiffError && thrown.code === 'openvino_failed') return null;
    throw thrown;
  }
}

function hasContrast(picture: Float32Array): boolean {
  let darkest = Number.POSITIVE_INFINITY;
  let brightest = Number.NEGATIVE_INFINITY;
  for (const value of picture) {
    if (value < darkest) darkest = value;
    if (value > brightest) brightest = value;
  }
  return brightest - darkest >= LEAST_CONTRAST;
}

function flatFault(device: string): RiffError {
  return new RiffError(
    'engine_failed',
    `expected a picture with contrast, the model gave an even one on ${device} in 32-bit precision too; ` +
      'try other words, more steps or another device',
  );
}

/** Throws for an unknown device. AUTO, HETERO:GPU,CPU and the like are not checked; GPU means GPU.0. */
async function checkDevice(runtime: Runtime, device: string): Promise<void> {
  const names = (await runtime.devices()).map(({ name }) => name);
  const isCombination = /^(AUTO|HETERO|MULTI|BATCH)(:|$)/.test(device);
  if (isCombination || names.some((name) => name === device || name.startsWith(`${device}.`))) return;
  throw new RiffError(
    'invalid_config',
    `device: expected ${[...names, 'AUTO'].join(', ')}, got ${JSON.stringify(device.slice(0, 40))}; change DEVICE or --device`,
  );
}

function spectrogramOf({ name, height, spectrogram }: PipelineDescription): SpectrogramParams {
  const params = parseSpectrogramParams(spectrogram ?? {});
  if (height === params.nMels) return params;
  throw new RiffError(
    'invalid_model',
    `expected ${name} to draw ${params.nMels} rows, one per mel band, it draws ${height}; ` +
      'set riff.spectrogram.num_frequencies in its model_index.json or use another model',
  );
}
