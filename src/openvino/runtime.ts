export type ElementType =
  | 'f32'
  | 'f64'
  | 'f16'
  | 'bf16'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'boolean';

/** Dimensions in order. −1 is a dynamic one; [−1] may also be an unknown rank. [] is a scalar. */
export type Shape = readonly number[];

/** f16 and bf16 have no typed array. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

export interface Port {
  /** As the model file names it ("sample", "out_sample", …), also after compiling; "input0" if it has no name. */
  readonly name: string;
  readonly elementType: ElementType;
  readonly shape: Shape;
}

/** A bound tensor: `data` is the memory that the device reads and writes, valid until the request is disposed. */
export interface Tensor {
  readonly elementType: ElementType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** Runs one inference at a time. Its tensors are bound once, filled with zeros: write inputs, run, read outputs, repeat. */
export interface InferRequest {
  /** Live input tensor by port name or index. Throws RiffError('openvino_failed') naming the ports that exist. */
  input(port: string | number): Tensor;
  /** Live output tensor by port name or index; its contents change with the next run. */
  output(port: string | number): Tensor;
  /**
   * Runs once without blocking the event loop.
   * Rejects with CancelledError after cancel(), and with RiffError('openvino_failed') when already running.
   */
  infer(): Promise<void>;
  /**
   * Asks a running inference to stop; infer() then rejects with CancelledError and the request can be used again.
   * The C API stops within milliseconds; openvino-node finishes the run first (see Runtime.cancelsMidway).
   */
  cancel(): void;
  /** Waits for a run in flight, then frees native memory. Idempotent. Tensors must not be touched afterwards. */
  dispose(): Promise<void>;
}

export interface CompiledModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /**
   * Throws RiffError('openvino_failed') if a shape is dynamic (see CompileOptions.shapes) or a port is f16 or bf16.
   */
  createRequest(): InferRequest;
  /** A property as the device reports it, e.g. EXECUTION_DEVICES or INFERENCE_PRECISION_HINT. */
  property(key: string): string;
  dispose(): Promise<void>;
}

export interface CompileOptions {
  /** CPU, GPU, NPU, AUTO, HETERO:… ; as devices() lists them. */
  readonly device: string;
  /** Every value as a string, e.g. { PERFORMANCE_HINT: 'LATENCY', INFERENCE_NUM_THREADS: '2' }. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Static shapes by input name; inputs left out keep the file's shape. */
  readonly shapes?: Readonly<Record<string, Shape>>;
}

export interface DeviceInfo {
  /** "CPU", "GPU.0", … */
  readonly name: string;
  /** FULL_DEVICE_NAME. */
  readonly fullName: string;
}

export interface ModelPorts {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/**
 * The part of OpenVINO that Riff needs. Two bindings implement it: openvino-node (the vendor's addon) and the C API
 * through koffi. One contract suite runs on both.
 */
export interface Runtime {
  readonly binding: 'openvino-node' | 'c-api';
  /** As the library reports it, e.g. "2026.4.1-…". */
  readonly version: string;
  /** Where the native library was found, for users. */
  readonly location: string;
  /** True when cancel() takes effect inside a running inference. */
  readonly cancelsMidway: boolean;
  devices(): Promise<readonly DeviceInfo[]>;
  /** Ports of a model file without compiling it. */
  readPorts(xmlPath: string): Promise<ModelPorts>;
  /** Throws RiffError('invalid_model') when the file cannot be read, RiffError('openvino_failed') when the device refuses. */
  compile(xmlPath: string, options: CompileOptions): Promise<CompiledModel>;
  dispose(): Promise<void>;
}
