import type { TensorData } from '../../../src/openvino/runtime.ts';

const CONSTRUCTORS: Readonly<Record<string, new (length: number) => TensorData>> = {
  f32: Float32Array,
  f64: Float64Array,
  i8: Int8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  u64: BigUint64Array,
};

/** Tensors must span their memory, know no half floats and no booleans, and `data` copies. */
export class StandInTensor {
  readonly memory: TensorData;

  constructor(elementType: string, shape: number[], data: TensorData) {
    const expected = CONSTRUCTORS[elementType];
    if (expected === undefined) throw new TypeError(`Cannot create a tensor of ${elementType}`);
    if (!(data instanceof expected)) throw new TypeError('Type of the data does not match the element type');
    if (data.byteOffset !== 0 || data.byteLength !== data.buffer.byteLength) {
      throw new Error('TypedArray must span its whole ArrayBuffer');
    }
    if (data.length !== shape.reduce((a, b) => a * b, 1)) throw new Error('Shape does not match the data');
    this.memory = data;
  }

  get data(): TensorData {
    return this.memory.slice();
  }
}

export function asTensor(value: unknown): StandInTensor {
  if (value instanceof StandInTensor) return value;
  throw new TypeError('Cannot create a tensor from the passed value');
}
