import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  AddonCompiledModel,
  AddonCore,
  AddonInferRequest,
  AddonModel,
  AddonOutput,
  AddonTensor,
  OpenVinoAddon,
} from '../../../src/openvino/node-addon/addon.ts';
import type { TensorData } from '../../../src/openvino/runtime.ts';

/** Those that Riff sets. */
const CPU_PROPERTIES = [
  'PERFORMANCE_HINT',
  'NUM_STREAMS',
  'INFERENCE_NUM_THREADS',
  'ENABLE_CPU_PINNING',
  'INFERENCE_PRECISION_HINT',
];

/**
 * A stand-in for openvino-node 2026.4 with the same traps: objects of inputs go by the order of their keys, bad
 * arguments throw at once, tensors must span their memory, `data` copies, f16 has no tensors. It knows the tiny
 * models by their ports and computes them in JavaScript, one run at a time in the whole process.
 */
export function fakeAddon(buildNumber: string | null = '2026.4.0-fake'): OpenVinoAddon {
  const addon: OpenVinoAddon = { Core: FakeCore, Tensor: FakeTensor };
  return buildNumber === null ? addon : { ...addon, getOpenvinoVersion: () => ({ buildNumber }) };
}

const CONSTRUCTORS: Readonly<Record<string, new (length: number) => TensorData>> = {
  f32: Float32Array,
  i64: BigInt64Array,
  i32: Int32Array,
  u8: Uint8Array,
};

class FakeTensor {
  readonly memory: TensorData;
  readonly shape: readonly number[];

  constructor(elementType: string, shape: number[], data: TensorData) {
    const expected = CONSTRUCTORS[elementType];
    if (expected === undefined) throw new TypeError(`Cannot create a tensor of ${elementType}`);
    if (!(data instanceof expected)) throw new TypeError('Type of the data does not match the element type');
    if (data.byteOffset !== 0 || data.byteLength !== data.buffer.byteLength) {
      throw new Error('TypedArray must span its whole ArrayBuffer');
    }
    if (data.length !== shape.reduce((a, b) => a * b, 1)) throw new Error('Shape does not match the data');
    this.memory = data;
    this.shape = shape;
  }

  /** A copy, as in the real one. */
  get data(): TensorData {
    return this.memory.slice();
  }
}

class FakePort implements AddonOutput {
  readonly name: string;
  shape: readonly number[];

  constructor(name: string, shape: readonly number[]) {
    this.name = name;
    this.shape = shape;
  }

  getAnyName(): string {
    return this.name;
  }

  getPartialShape() {
    const { shape } = this;
    return {
      toString: () => `[${shape.map((dimension) => (dimension < 0 ? '?' : dimension)).join(',')}]`,
      getDimensions: () =>
        shape.map((size): number | readonly [number, number] => (size < 0 ? [0, -1] : size)),
    };
  }
}

class FakeModel implements AddonModel {
  readonly inputs: FakePort[];
  readonly outputs: FakePort[];
  readonly compute: Compute;
  readonly #elementType: string;

  constructor(xml: string) {
    const parameters = [
      ...xml.matchAll(/name="(\w+)" type="Parameter"[\s\S]*?shape="([^"]*)" element_type="(\w+)"/g),
    ];
    this.inputs = parameters.map(
      ([, name = '', shape = '']) =>
        new FakePort(
          name,
          shape
            .split(',')
            .filter(Boolean)
            .map((size) => (size === '?' ? -1 : Number(size))),
        ),
    );
    this.#elementType = parameters[0]?.[3] ?? 'f32';
    this.compute = xml.includes('MatMul')
      ? computePower
      : this.inputs.length === 1
        ? computeDouble
        : computeStep;
    const outputName = [...xml.matchAll(/names="(\w+)"/g)].at(-1)?.[1] ?? '';
    this.outputs = [new FakePort(outputName, this.inputs[0]?.shape ?? [])];
  }

  getOutputElementType(): string {
    return this.#elementType;
  }

  reshape(shapes: Map<number, string>): this {
    for (const [index, text] of shapes) {
      const shape: number[] = JSON.parse(text);
      if (index === 1 && (shape[0] ?? 1) !== 1) throw new Error('Argument shapes are inconsistent');
      const port = this.inputs[index];
      if (port === undefined) throw new Error('No such input');
      port.shape = shape;
    }
    for (const output of this.outputs) output.shape = this.inputs[0]?.shape ?? [];
    return this;
  }
}

class FakeCore implements AddonCore {
  async readModel(path: string): Promise<FakeModel> {
    const xml = await readFile(path, 'utf8');
    if (!xml.includes('</net>')) throw new Error('Exception from src/core.cpp:84:\nUnable to read the model');
    return new FakeModel(xml);
  }

  compileModel(source: string | AddonModel, device: string, properties: Readonly<Record<string, string>>) {
    if (typeof device !== 'string' || typeof properties !== 'object') throw new TypeError('Bad arguments');
    for (const value of Object.values(properties)) {
      if (typeof value !== 'string') throw new TypeError('Numbers become int32 and fail some properties');
    }
    return this.#compile(source, device, properties);
  }

  async #compile(source: string | AddonModel, device: string, properties: Readonly<Record<string, string>>) {
    if (device !== 'CPU') throw new Error(`Device with "${device}" name is not registered`);
    const unknown = Object.keys(properties).find((key) => !CPU_PROPERTIES.includes(key));
    if (unknown !== undefined) throw new Error(`Unsupported property ${unknown}`);
    const model = typeof source === 'string' ? await this.readModel(source) : source;
    if (!(model instanceof FakeModel)) throw new TypeError('Expected a model');
    return new FakeCompiledModel(model, properties);
  }

  getAvailableDevices(): string[] {
    return ['CPU'];
  }

  getProperty(): string {
    return 'Fake processor';
  }
}

class FakeCompiledModel implements AddonCompiledModel {
  readonly inputs: readonly AddonOutput[];
  readonly outputs: readonly AddonOutput[];
  readonly #compute: Compute;
  readonly #properties: Readonly<Record<string, string>>;

  constructor(model: FakeModel, properties: Readonly<Record<string, string>>) {
    // Compiling merges names, and any of them may be told.
    this.inputs = model.inputs.map(({ shape }) => new FakePort('0', shape));
    this.outputs = model.outputs.map(({ shape }) => new FakePort('0', shape));
    this.#compute = model.compute;
    this.#properties = { EXECUTION_DEVICES: 'CPU', INFERENCE_PRECISION_HINT: 'f32', ...properties };
  }

  createInferRequest(): FakeInferRequest {
    return new FakeInferRequest(this.#compute);
  }

  getProperty(key: string): string {
    const value = this.#properties[key];
    if (value === undefined) throw new Error(`Unsupported property ${key}`);
    return value;
  }
}

/** Around every run in the process, as in the real one. */
let mutex: Promise<unknown> = Promise.resolve();

type Compute = (inputs: readonly TensorData[], output: TensorData) => void;

export class FakeInferRequest implements AddonInferRequest {
  readonly #compute: Compute;
  #output: FakeTensor | undefined;

  constructor(compute: Compute) {
    this.#compute = compute;
  }

  setOutputTensor(index: number, tensor: AddonTensor): void {
    if (index !== 0 || !(tensor instanceof FakeTensor)) throw new TypeError('Invalid argument');
    this.#output = tensor;
  }

  inferAsync(inputs: AddonTensor[] | Readonly<Record<string, AddonTensor>>): Promise<unknown> {
    const tensors = Object.values(inputs).map((tensor) => {
      if (!(tensor instanceof FakeTensor))
        throw new TypeError('Cannot create a tensor from the passed value');
      return tensor;
    });
    const run = mutex.then(async () => {
      for (let turn = 0; turn < 5; turn++) await nextTurn();
      if (this.#output === undefined) throw new Error('No output tensor');
      this.#compute(
        tensors.map(({ memory }) => memory),
        this.#output.memory,
      );
      return [this.#output.data];
    });
    mutex = run.catch(() => undefined);
    return run;
  }
}

function computeStep([sample, timestep]: readonly TensorData[], output: TensorData): void {
  if (!(sample instanceof Float32Array && timestep instanceof BigInt64Array)) {
    throw new Error('Exception from src/infer_request.cpp:66:\nInputs came in the wrong order');
  }
  if (output instanceof Float32Array) output.set(sample.map((value) => 2 * value + Number(timestep[0])));
}

function computeDouble([x]: readonly TensorData[], output: TensorData): void {
  if (x instanceof Float32Array && output instanceof Float32Array) output.set(x.map((value) => 2 * value));
}

/** Only right for the identity, whose powers are itself. */
function computePower([x]: readonly TensorData[], output: TensorData): void {
  if (x instanceof Float32Array && output instanceof Float32Array) output.set(x);
}
