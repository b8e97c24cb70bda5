import { resolve } from 'node:path';
import koffi from 'koffi';
import { LiveCore } from '../live-core.ts';
import { assertReadable, invalidModel, portIndex } from '../ports.ts';
import type {
  CompiledModel,
  CompileOptions,
  DeviceInfo,
  ModelPorts,
  Port,
  Runtime,
  Shape,
} from '../runtime.ts';
import { nativeModel } from './compiled-model.ts';
import {
  callAsync,
  check,
  filled,
  type Handle,
  loadLibrary,
  type OpenVinoFunctions,
  type OpenVinoLibrary,
  type Out,
  takeString,
} from './library.ts';
import { readPorts, toPartialShape } from './ports.ts';

type Model = Handle<'model'>;
type Compiled = Handle<'compiled model'>;

/**
 * OpenVINO through its C library. A compile, a device listing and a run each hold one thread of libuv's pool (four
 * by default) while they last.
 */
export class CApiRuntime implements Runtime {
  readonly binding = 'c-api';
  readonly cancelsMidway = true;
  readonly version: string;
  readonly location: string;
  readonly #functions: OpenVinoFunctions;
  readonly #core: LiveCore<Handle<'core'>>;

  constructor(library: OpenVinoLibrary) {
    this.#functions = library.functions;
    this.version = library.version;
    this.location = library.path;
    const core: Out<Handle<'core'>> = [null];
    check(this.#functions, this.#functions.coreCreate(core), 'start');
    this.#core = new LiveCore(filled(core));
  }

  devices(): Promise<readonly DeviceInfo[]> {
    return this.#core.use(async (core) => {
      const list: { devices?: bigint; size?: number } = {};
      const status = await callAsync(this.#functions.coreDevices, core, list);
      check(this.#functions, status, 'list the devices');
      const names: string[] =
        list.devices === undefined ? [] : koffi.decode(list.devices, 'str', Number(list.size));
      this.#functions.devicesFree(list);
      return names.map((name) => ({ name, fullName: this.#deviceProperty(core, name, 'FULL_DEVICE_NAME') }));
    });
  }

  readPorts(xmlPath: string): Promise<ModelPorts> {
    return this.#core.use(async (core) => {
      const model = await this.#readModel(core, resolve(xmlPath));
      try {
        return this.#modelPorts(model);
      } finally {
        this.#functions.modelFree(model);
      }
    });
  }

  compile(xmlPath: string, options: CompileOptions): Promise<CompiledModel> {
    return this.#core.use(async (core) => {
      const path = resolve(xmlPath);
      const model = await this.#readModel(core, path);
      try {
        const ports = this.#modelPorts(model);
        if (options.shapes !== undefined) this.#reshape(model, ports.inputs, options.shapes);
        const handle = await this.#compile(core, options.shapes === undefined ? path : model, options);
        return this.#core.own(nativeModel(this.#functions, handle, ports));
      } finally {
        this.#functions.modelFree(model);
      }
    });
  }

  dispose(): Promise<void> {
    return this.#core.dispose((core) => this.#functions.coreFree(core));
  }

  /** Given a path, OpenVINO loads a cached model without reading the weights. */
  async #compile(core: Handle<'core'>, source: string | Model, options: CompileOptions): Promise<Compiled> {
    const { compileFile, compileModel } = this.#functions;
    const { device } = options;
    const properties = Object.entries(options.properties ?? {}).map(([key, value]) => ({ key, value }));
    const n = properties.length;
    const compiled: Out<Compiled> = [null];
    const status =
      typeof source === 'string'
        ? await callAsync(compileFile, core, source, device, n, properties, compiled)
        : await callAsync(compileModel, core, source, device, n, properties, compiled);
    check(this.#functions, status, `compile the model for ${device}`);
    return filled(compiled);
  }

  #reshape(model: Model, inputs: readonly Port[], shapes: Readonly<Record<string, Shape>>): void {
    const indexes = Object.keys(shapes).map((name) => portIndex(inputs, 'input', name));
    if (indexes.length === 0) return;
    const partialShapes = Object.values(shapes).map(toPartialShape);
    const status = this.#functions.modelReshape(model, indexes, partialShapes, indexes.length);
    check(this.#functions, status, `reshape the model to ${JSON.stringify(shapes)}`);
  }

  async #readModel(core: Handle<'core'>, xmlPath: string): Promise<Model> {
    await assertReadable(xmlPath);
    const model: Out<Model> = [null];
    const status = await callAsync(this.#functions.readModel, core, xmlPath, null, model);
    try {
      check(this.#functions, status, 'read it');
    } catch (error) {
      throw invalidModel(xmlPath, error);
    }
    return filled(model);
  }

  #modelPorts(model: Model): ModelPorts {
    const functions = this.#functions;
    return {
      inputs: readPorts(functions, model, functions.modelInputs, 'input'),
      outputs: readPorts(functions, model, functions.modelOutputs, 'output'),
    };
  }

  #deviceProperty(core: Handle<'core'>, device: string, key: string): string {
    const value: Out<bigint> = [null];
    const status = this.#functions.coreProperty(core, device, key, value);
    return (status === 0 && takeString(this.#functions, value[0])) || device;
  }
}

/** Throws RiffError('openvino_missing') when the library cannot be loaded or is not a supported release. */
export function openCApi(libraryPath: string): Runtime {
  return new CApiRuntime(loadLibrary(libraryPath));
}
