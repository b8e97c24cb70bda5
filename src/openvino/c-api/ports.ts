import koffi from 'koffi';
import { RiffError } from '../../errors.ts';
import type { ElementType, Port, Shape } from '../runtime.ts';
import {
  check,
  filled,
  type Handle,
  type NativePartialShape,
  type OpenVinoFunctions,
  type Out,
  type PortFunctions,
  takeString,
} from './library.ts';

/** ov_element_type_e of OpenVINO 2026.4; 2025.0 counted one higher. */
const ELEMENT_TYPE_NUMBERS: Readonly<Record<ElementType, number>> = {
  boolean: 1,
  bf16: 2,
  f16: 3,
  f32: 4,
  f64: 5,
  i8: 7,
  i16: 8,
  i32: 9,
  i64: 10,
  u8: 16,
  u16: 17,
  u32: 18,
  u64: 19,
};
const ELEMENT_TYPES = new Map(
  Object.entries(ELEMENT_TYPE_NUMBERS).map(([name, number]) => [number, name as ElementType]),
);

export function elementTypeNumber(elementType: ElementType): number {
  return ELEMENT_TYPE_NUMBERS[elementType];
}

/** The inputs or outputs of a model, in order. A port without a name is named after its index: "input0". */
export function readPorts<Owner>(
  functions: OpenVinoFunctions,
  owner: Owner,
  access: PortFunctions<Owner>,
  kind: 'input' | 'output',
): Port[] {
  const count: Out<number> = [null];
  check(functions, access.count(owner, count), `count the ${kind}s`);
  return Array.from({ length: filled(count) }, (_, index) => {
    const port: Out<Handle<'port'>> = [null];
    check(functions, access.at(owner, index, port), `read ${kind} ${index}`);
    try {
      return readPort(functions, filled(port), `${kind}${index}`);
    } finally {
      functions.portFree(filled(port));
    }
  });
}

function readPort(functions: OpenVinoFunctions, port: Handle<'port'>, nameWithout: string): Port {
  const name: Out<bigint> = [null];
  const isNamed = functions.portName(port, name) === 0;
  const elementType: Out<number> = [null];
  check(functions, functions.portElementType(port, elementType), 'read an element type');
  return {
    name: isNamed ? takeString(functions, name[0]) : nameWithout,
    elementType: elementTypeOf(filled(elementType)),
    shape: readShape(functions, port),
  };
}

function elementTypeOf(number: number): ElementType {
  const elementType = ELEMENT_TYPES.get(number);
  if (elementType !== undefined) return elementType;
  throw new RiffError(
    'invalid_model',
    `ports: expected ${Object.keys(ELEMENT_TYPE_NUMBERS).join(', ')}, got OpenVINO's element type ${number}; ` +
      'convert the model again with f32 or integers at its edges',
  );
}

/** [-1] if the rank is unknown. */
function readShape(functions: OpenVinoFunctions, port: Handle<'port'>): Shape {
  const native: Partial<NativePartialShape> = {};
  check(functions, functions.portShape(port, native), 'read a shape');
  const { rank, dims } = native as NativePartialShape;
  if (rank.min !== rank.max) return [-1];
  if (typeof dims !== 'bigint') return [];
  const bounds: (number | bigint)[] = koffi.decode(dims, 'int64', Number(rank.min) * 2);
  functions.partialShapeFree({ rank, dims });
  return Array.from({ length: Number(rank.min) }, (_, axis) =>
    bounds[axis * 2] === bounds[axis * 2 + 1] ? Number(bounds[axis * 2]) : -1,
  );
}

/**
 * A partial shape in JavaScript memory, which OpenVINO reads only during the call. −1 stays dynamic.
 * Throws RiffError('openvino_failed') for a scalar: the C library takes rank 0 for an unknown rank.
 */
export function toPartialShape(shape: Shape): NativePartialShape {
  if (shape.length === 0) {
    throw new RiffError(
      'openvino_failed',
      'shape: expected at least one dimension, got a scalar, to which the C library cannot reshape; use [1]',
    );
  }
  const bounds = shape.flatMap((dimension) =>
    dimension < 0 ? [0n, -1n] : [BigInt(dimension), BigInt(dimension)],
  );
  return { rank: { min: shape.length, max: shape.length }, dims: BigInt64Array.from(bounds) };
}
