import type { TensorData } from '../runtime.ts';

/**
 * The part of openvino-node 2026.4 that Riff uses. Declared here because the package is optional: where it is not
 * installed, its own types are missing.
 */
export interface OpenVinoAddon {
  readonly Core: new () => AddonCore;
  /** Shares the memory of a typed array that spans its whole ArrayBuffer. Has no f16, bf16 or boolean. */
  readonly Tensor: new (
    elementType: string,
    shape: number[],
    data: TensorData,
  ) => AddonTensor;
  /** Missing in releases before 2026.4. */
  getOpenvinoVersion?(): { readonly buildNumber: string };
}

export interface AddonCore {
  readModel(xmlPath: string): Promise<AddonModel>;
  compileModel(
    source: string | AddonModel,
    device: string,
    properties: Readonly<Record<string, string>>,
  ): Promise<AddonCompiledModel>;
  /** Blocks for about 120 ms: it loads the GPU and NPU plugins. */
  getAvailableDevices(): string[];
  /** May return any JavaScript value, such as booleans, numbers and lists, unlike its .d.ts says. */
  getProperty(device: string, key: string): unknown;
}

export interface AddonModel {
  readonly inputs: readonly AddonOutput[];
  readonly outputs: readonly AddonOutput[];
  getOutputElementType(index: number): string;
  /** Keys are input indexes, values are shapes as text: "[1,4,64,64]". */
  reshape(shapes: Map<number, string>): AddonModel;
}

export interface AddonOutput {
  getAnyName(): string;
  getPartialShape(): {
    /** "[...]" when the rank is unknown. */
    toString(): string;
    /** A range stands for a dynamic dimension. */
    getDimensions(): (number | readonly [number, number])[];
  };
}

export interface AddonCompiledModel {
  readonly inputs: readonly AddonOutput[];
  readonly outputs: readonly AddonOutput[];
  createInferRequest(): AddonInferRequest;
  getProperty(key: string): unknown;
}

export interface AddonInferRequest {
  setOutputTensor(index: number, tensor: AddonTensor): void;
  /** Also takes an object, but reads it in the order of its keys whatever their names; Riff passes arrays only. */
  inferAsync(inputs: AddonTensor[]): Promise<unknown>;
}

/** Opaque, because reading its `data` copies. */
export type AddonTensor = object;
