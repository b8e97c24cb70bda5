import { resolve } from 'node:path';
import { RiffError } from '../../errors.ts';
import { LiveCore } from '../live-core.ts';
import { supportedVersion } from '../locate.mjs';
import { assertReadable, invalidModel, openVinoFault, portIndex } from '../ports.ts';
import { propertyText } from '../property-text.ts';
import type {
  CompiledModel,
  CompileOptions,
  DeviceInfo,
  ModelPorts,
  Port,
  Runtime,
  Shape,
} from '../runtime.ts';
import type { AddonCompiledModel, AddonCore, AddonModel, OpenVinoAddon } from './addon.ts';
import { nativeModel } from './compiled-model.ts';
import { readModelPorts } from './ports.ts';

/** OpenVINO through the vendor's addon. */
export class NodeAddonRuntime implements Runtime {
  readonly binding = 'openvino-node';
  readonly cancelsMidway = false;
  readonly version: string;
  readonly location: string;
  readonly #addon: OpenVinoAddon;
  readonly #core: LiveCore<AddonCore>;

  /** Throws RiffError('openvino_missing') when the addon is not OpenVINO 2026.4 or a later 2026 release. */
  constructor(addon: OpenVinoAddon, location: string) {
    this.version = addon.getOpenvinoVersion?.().buildNumber ?? 'older than 2026.4';
    this.location = location;
    if (!supportedVersion(this.version)) {
      throw new RiffError(
        'openvino_missing',
        `${location}: expected OpenVINO 2026.4 or a later 2026 release, got ${this.version}; install one of these`,
      );
    }
    this.#addon = addon;
    this.#core = new LiveCore(new addon.Core());
  }

  devices(): Promise<readonly DeviceInfo[]> {
    return this.#core.use(async (core) =>
      core.getAvailableDevices().map((name) => ({ name, fullName: fullName(core, name) })),
    );
  }

  readPorts(xmlPath: string): Promise<ModelPorts> {
    const path = resolve(xmlPath);
    return this.#core.use(async (core) => {
      const { inputs, outputs } = await readModelPorts(await readModel(core, path), path);
      return { inputs, outputs };
    });
  }

  compile(xmlPath: string, options: CompileOptions): Promise<CompiledModel> {
    const path = resolve(xmlPath);
    return this.#core.use(async (core) => {
      const model = await readModel(core, path);
      const ports = await readModelPorts(model, path);
      if (options.shapes !== undefined) reshape(model, ports.inputs, options.shapes);
      // A model with an unnamed port cannot be run when compiled from its path, since the addon asks for the name.
      const source = options.shapes === undefined && ports.allNamed ? path : model;
      const compiled = await compileSource(core, source, options);
      return this.#core.own(nativeModel({ addon: this.#addon, core, model, compiled }, ports));
    });
  }

  dispose(): Promise<void> {
    return this.#core.dispose();
  }
}

async function readModel(core: AddonCore, xmlPath: string): Promise<AddonModel> {
  await assertReadable(xmlPath);
  try {
    return await core.readModel(xmlPath);
  } catch (error) {
    throw invalidModel(xmlPath, error);
  }
}

function reshape(model: AddonModel, inputs: readonly Port[], shapes: Readonly<Record<string, Shape>>): void {
  const byIndex = Object.entries(shapes).map(
    ([name, shape]) => [portIndex(inputs, 'input', name), `[${shape.join(',')}]`] as const,
  );
  if (byIndex.length === 0) return;
  try {
    model.reshape(new Map(byIndex));
  } catch (error) {
    throw openVinoFault(`reshape the model to ${JSON.stringify(shapes)}`, error);
  }
}

async function compileSource(
  core: AddonCore,
  source: string | AddonModel,
  options: CompileOptions,
): Promise<AddonCompiledModel> {
  try {
    return await core.compileModel(source, options.device, options.properties ?? {});
  } catch (error) {
    throw openVinoFault(`compile the model for ${options.device}`, error);
  }
}

function fullName(core: AddonCore, device: string): string {
  try {
    return propertyText(core.getProperty(device, 'FULL_DEVICE_NAME')) || device;
  } catch {
    return device;
  }
}
