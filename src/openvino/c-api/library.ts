import type { KoffiFunc, LibraryHandle } from 'koffi';
import { messageOf, RiffError } from '../../errors.ts';
import { koffi } from '../koffi.ts';
import { supportedVersion } from '../locate.mjs';
import { openVinoFault } from '../ports.ts';

declare const brand: unique symbol;
/** A native pointer, typed so that kinds cannot be mixed up. */
export type Handle<Kind extends string> = bigint & { readonly [brand]: Kind };
/** An out parameter: the callee fills the one element. */
export type Out<T> = [T | null];

export interface NativeShape {
  readonly rank: number;
  readonly dims: BigInt64Array | null;
}
/** min === max in a static dimension. */
export interface NativePartialShape {
  readonly rank: { readonly min: number; readonly max: number };
  readonly dims: bigint | BigInt64Array | null;
}
interface NativeDevices {
  devices?: bigint;
  size?: number;
}
export interface NativeProperty {
  readonly key: string;
  readonly value: string;
}

type Core = Handle<'core'>;
type Model = Handle<'model'>;
type Compiled = Handle<'compiled model'>;
type Request = Handle<'infer request'>;
type NativeTensor = Handle<'tensor'>;
type NativePort = Handle<'port'>;
type TypeSpec = Parameters<typeof koffi.out>[0];
type Call<Args extends unknown[]> = KoffiFunc<(...args: Args) => number>;
type Free<Pointer> = (pointer: Pointer) => void;

/** The part of openvino/c/openvino.h that Riff calls. Every Call returns ov_status_e, 0 being success. */
export interface OpenVinoFunctions {
  readonly coreCreate: Call<[core: Out<Core>]>;
  readonly coreFree: Free<Core>;
  readonly coreDevices: Call<[core: Core, devices: NativeDevices]>;
  readonly devicesFree: Free<NativeDevices>;
  readonly coreProperty: Call<[core: Core, device: string, key: string, value: Out<bigint>]>;
  readonly readModel: Call<[core: Core, xmlPath: string, binPath: null, model: Out<Model>]>;
  readonly modelReshape: Call<[model: Model, indexes: number[], shapes: NativePartialShape[], count: number]>;
  readonly modelFree: Free<Model>;
  readonly compileModel: Call<
    [core: Core, model: Model, device: string, n: number, properties: NativeProperty[], out: Out<Compiled>]
  >;
  readonly compileFile: Call<
    [core: Core, xmlPath: string, device: string, n: number, properties: NativeProperty[], out: Out<Compiled>]
  >;
  readonly compiledProperty: Call<[compiled: Compiled, key: string, value: Out<bigint>]>;
  readonly compiledFree: Free<Compiled>;
  readonly modelInputs: PortFunctions<Model>;
  readonly modelOutputs: PortFunctions<Model>;
  readonly compiledInputs: PortFunctions<Compiled>;
  readonly compiledOutputs: PortFunctions<Compiled>;
  readonly portName: Call<[port: NativePort, name: Out<bigint>]>;
  readonly portElementType: Call<[port: NativePort, elementType: Out<number>]>;
  readonly portShape: Call<[port: NativePort, shape: Partial<NativePartialShape>]>;
  readonly portFree: Free<NativePort>;
  readonly partialShapeFree: Free<NativePartialShape>;
  readonly createRequest: Call<[compiled: Compiled, request: Out<Request>]>;
  readonly setInput: Call<[request: Request, index: number, tensor: NativeTensor]>;
  readonly setOutput: Call<[request: Request, index: number, tensor: NativeTensor]>;
  readonly start: Call<[request: Request]>;
  readonly wait: Call<[request: Request]>;
  readonly cancel: Call<[request: Request]>;
  readonly requestFree: Free<Request>;
  readonly tensorCreate: Call<[elementType: number, shape: NativeShape, tensor: Out<NativeTensor>]>;
  readonly tensorData: Call<[tensor: NativeTensor, data: Out<bigint>]>;
  readonly tensorFree: Free<NativeTensor>;
  readonly lastError: () => bigint | null;
  readonly errorInfo: (status: number) => string;
  readonly free: Free<bigint>;
}

export interface PortFunctions<Owner> {
  readonly count: Call<[owner: Owner, count: Out<number>]>;
  readonly at: Call<[owner: Owner, index: number, port: Out<NativePort>]>;
}

export interface OpenVinoLibrary {
  readonly path: string;
  /** As the library reports it: "2026.4.1-…". */
  readonly version: string;
  readonly functions: OpenVinoFunctions;
}

const pointer = 'void *';
const outPointer = koffi.out(koffi.pointer(pointer));
const dimension = koffi.struct({ min: 'int64', max: 'int64' });
const shape = koffi.struct({ rank: 'int64', dims: koffi.pointer('int64') });
const partialShape = koffi.struct({ rank: dimension, dims: pointer });
const property = koffi.struct({ key: 'str', value: 'str' });
const devices = koffi.struct({ devices: pointer, size: 'size_t' });
const version = koffi.struct({ buildNumber: 'str', description: 'str' });

/**
 * Loads libopenvino_c and checks its version before anything else, because another release may number the element types
 * differently, which would cause no error.
 * Throws RiffError('openvino_missing') if it cannot be loaded or is not a supported release.
 */
export function loadLibrary(path: string): OpenVinoLibrary {
  let library: LibraryHandle;
  try {
    library = koffi.load(path);
  } catch (error) {
    throw new RiffError('openvino_missing', `${path} could not be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const buildNumber = readVersion(library, path);
  if (!supportedVersion(buildNumber)) {
    throw new RiffError(
      'openvino_missing',
      `${path}: expected OpenVINO 2026.4 or a later 2026 release, got ${buildNumber}; install one of these`,
    );
  }
  return { path, version: buildNumber, functions: declareFunctions(library) };
}

function readVersion(library: LibraryHandle, path: string): string {
  const found: { buildNumber?: string } = {};
  try {
    library.func('ov_get_openvino_version', 'int', [koffi.out(koffi.pointer(version))])(found);
  } catch (error) {
    throw new RiffError('openvino_missing', `${path} is not OpenVINO's C library: ${messageOf(error)}`);
  }
  return found.buildNumber ?? 'of unknown version';
}

function declareFunctions(library: LibraryHandle): OpenVinoFunctions {
  const status = (name: string, ...args: TypeSpec[]) => library.func(name, 'int', args);
  const free = (name: string, type: TypeSpec = pointer) => library.func(name, 'void', [type]);
  const ports = (owner: 'model_const' | 'compiled_model', kind: 'input' | 'output') => ({
    count: status(
      `ov_${owner.replace('_const', '')}_${kind}s_size`,
      pointer,
      koffi.out(koffi.pointer('size_t')),
    ),
    at: status(`ov_${owner}_${kind}_by_index`, pointer, 'size_t', outPointer),
  });
  const properties = koffi.pointer(property);
  return {
    coreCreate: status('ov_core_create', outPointer),
    coreFree: free('ov_core_free'),
    coreDevices: status('ov_core_get_available_devices', pointer, koffi.out(koffi.pointer(devices))),
    devicesFree: free('ov_available_devices_free', koffi.pointer(devices)),
    coreProperty: status('ov_core_get_property', pointer, 'str', 'str', outPointer),
    readModel: status('ov_core_read_model', pointer, 'str', 'str', outPointer),
    modelReshape: status(
      'ov_model_reshape_by_port_indexes',
      pointer,
      koffi.pointer('size_t'),
      koffi.pointer(partialShape),
      'size_t',
    ),
    modelFree: free('ov_model_free'),
    compileModel: status(
      'ov_core_compile_model_props',
      ...[pointer, pointer, 'str', 'size_t', properties, outPointer],
    ),
    compileFile: status(
      'ov_core_compile_model_from_file_props',
      ...[pointer, 'str', 'str', 'size_t', properties, outPointer],
    ),
    compiledProperty: status('ov_compiled_model_get_property', pointer, 'str', outPointer),
    compiledFree: free('ov_compiled_model_free'),
    modelInputs: ports('model_const', 'input'),
    modelOutputs: ports('model_const', 'output'),
    compiledInputs: ports('compiled_model', 'input'),
    compiledOutputs: ports('compiled_model', 'output'),
    portName: status('ov_port_get_any_name', pointer, outPointer),
    portElementType: status('ov_port_get_element_type', pointer, koffi.out(koffi.pointer('int'))),
    portShape: status('ov_port_get_partial_shape', pointer, koffi.out(koffi.pointer(partialShape))),
    portFree: free('ov_output_const_port_free'),
    partialShapeFree: free('ov_partial_shape_free', koffi.pointer(partialShape)),
    createRequest: status('ov_compiled_model_create_infer_request', pointer, outPointer),
    setInput: status('ov_infer_request_set_input_tensor_by_index', pointer, 'size_t', pointer),
    setOutput: status('ov_infer_request_set_output_tensor_by_index', pointer, 'size_t', pointer),
    start: status('ov_infer_request_start_async', pointer),
    wait: status('ov_infer_request_wait', pointer),
    cancel: status('ov_infer_request_cancel', pointer),
    requestFree: free('ov_infer_request_free'),
    tensorCreate: status('ov_tensor_create', 'int', shape, outPointer),
    tensorData: status('ov_tensor_data', pointer, outPointer),
    tensorFree: free('ov_tensor_free'),
    lastError: library.func('ov_get_last_err_msg', pointer, []),
    errorInfo: library.func('ov_get_error_info', 'str', ['int']),
    free: free('ov_free'),
  };
}

/** Runs a call on a worker thread and resolves to its status. */
export function callAsync<Args extends unknown[]>(call: Call<Args>, ...args: Args): Promise<number> {
  return new Promise((resolve, reject) => {
    call.async(...args, (error: unknown, status: number) => (error ? reject(error) : resolve(status)));
  });
}

/**
 * Throws RiffError('openvino_failed') with OpenVINO's message unless the status is 0. Call it right after the call that
 * returned the status, because the library keeps one last message for all threads.
 */
export function check(functions: OpenVinoFunctions, status: number, doing: string): void {
  if (status === 0) return;
  throw openVinoFault(doing, lastError(functions, status));
}

function lastError(functions: OpenVinoFunctions, status: number): string {
  const text = takeString(functions, functions.lastError());
  return text === '' ? `${functions.errorInfo(status)} (${status})` : text;
}

/** Reads a string that the library allocated, and frees it. */
export function takeString(functions: OpenVinoFunctions, address: bigint | null): string {
  if (address === null) return '';
  const text = koffi.decode.string(address);
  functions.free(address);
  return text;
}

/** The value of an out parameter after a successful call. */
export function filled<T>(out: Out<T>): T {
  if (out[0] === null)
    throw new RiffError('openvino_failed', 'OpenVINO reported success but gave no result.');
  return out[0];
}
