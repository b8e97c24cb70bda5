import { readFileSync } from 'node:fs';
import { CApiRuntime } from '../../../src/openvino/c-api/c-api-runtime.ts';
import { loadLibrary, type Out, takeString } from '../../../src/openvino/c-api/library.ts';
import { koffi } from '../../../src/openvino/koffi.ts';
import type { AddonCore, AddonModel, OpenVinoAddon } from '../../../src/openvino/node-addon/addon.ts';
import { type NamelessPort, StandInCompiledModel, StandInModel } from './model.ts';
import { StandInTensor } from './tensor.ts';
import { toJsValue } from './values.ts';

export interface StandInOptions {
  /** Null: a release that does not tell. */
  readonly buildNumber?: string | null;
  readonly nameless?: NamelessPort;
}

/** Another build than the C library's, as on a machine that has both. */
const BUILD = '2026.4.0-22480-stand-in';

/**
 * Stands in for openvino-node 2026.4 over the C library, and answers as the genuine one was seen to: properties are
 * JavaScript values, ports without names get made-up ones, native memory stays until it is collected, runs follow one
 * another and cannot be cancelled, bad arguments throw at once.
 */
export function standInAddon(libraryPath: string, options: StandInOptions = {}): OpenVinoAddon {
  const { buildNumber = BUILD, nameless = () => 'made-up/name' } = options;
  const library = loadLibrary(libraryPath);
  class Core extends StandInCore {
    constructor() {
      super(library, nameless);
    }
  }
  const addon: OpenVinoAddon = { Core, Tensor: StandInTensor };
  return buildNumber === null ? addon : { ...addon, getOpenvinoVersion: () => ({ buildNumber }) };
}

type Library = ReturnType<typeof loadLibrary>;
type CoreHandle = Parameters<Library['functions']['coreFree']>[0];

class StandInCore implements AddonCore {
  readonly #runtime: CApiRuntime;
  readonly #functions: Library['functions'];
  readonly #core: CoreHandle;
  readonly #nameless: NamelessPort;

  constructor(library: Library, nameless: NamelessPort) {
    this.#runtime = new CApiRuntime(library);
    this.#functions = library.functions;
    this.#nameless = nameless;
    const core: Out<CoreHandle> = [null];
    if (library.functions.coreCreate(core) !== 0 || core[0] === null) throw new Error('no core');
    this.#core = core[0];
  }

  async readModel(xmlPath: string): Promise<StandInModel> {
    const ports = await this.#runtime.readPorts(xmlPath);
    return new StandInModel(xmlPath, readFileSync(xmlPath, 'utf8'), ports, this.#nameless);
  }

  compileModel(source: string | AddonModel, device: string, properties: Readonly<Record<string, string>>) {
    if (typeof device !== 'string' || typeof properties !== 'object') throw new TypeError('Bad arguments');
    for (const value of Object.values(properties)) {
      if (typeof value !== 'string') throw new TypeError('Numbers become int32 and fail some properties');
    }
    return this.#compile(source, device, properties);
  }

  /** From its path a model has no made-up names. */
  async #compile(source: string | AddonModel, device: string, properties: Readonly<Record<string, string>>) {
    const model = typeof source === 'string' ? await this.readModel(source) : source;
    if (!(model instanceof StandInModel)) throw new TypeError('Expected a model');
    const { xmlPath, shapes } = model;
    const isFromPath = typeof source === 'string';
    const compiled = await this.#runtime.compile(xmlPath, {
      device,
      properties,
      ...(!isFromPath && { shapes }),
    });
    return new StandInCompiledModel(compiled, isFromPath && model.hasNamelessOutput);
  }

  getAvailableDevices(): string[] {
    const list: { devices?: bigint; size?: number } = {};
    this.#functions.coreDevices(this.#core, list);
    if (list.devices === undefined) return [];
    const names: string[] = koffi.decode(list.devices, 'str', Number(list.size));
    this.#functions.devicesFree(list);
    return names;
  }

  getProperty(device: string, key: string): unknown {
    const value: Out<bigint> = [null];
    if (this.#functions.coreProperty(this.#core, device, key, value) !== 0) {
      throw new Error(`Unsupported property ${key}`);
    }
    return toJsValue(key, takeString(this.#functions, value[0]));
  }
}
