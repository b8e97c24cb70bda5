import { access, constants } from 'node:fs/promises';
import { messageOf, RiffError } from '../errors.ts';
import type { ElementType, Port, Shape, TensorData } from './runtime.ts';

interface TypedArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (memory: ArrayBuffer): TensorData;
}

/** f16 and bf16 are missing on purpose: the inputs and outputs of models should be f32 or integers. */
const TYPED_ARRAYS: Readonly<Partial<Record<ElementType, TypedArrayConstructor>>> = {
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
  boolean: Uint8Array,
};

/** The typed array over a port's memory. Throws RiffError('openvino_failed') for f16 and bf16. */
export function typedArrayFor(port: Port): TypedArrayConstructor {
  const found = TYPED_ARRAYS[port.elementType];
  if (found !== undefined) return found;
  throw new RiffError(
    'openvino_failed',
    `port "${port.name}": expected f32 or integers, got ${port.elementType}; ` +
      'convert the model again with f32 at its edges (weights may stay f16)',
  );
}

/** Elements of a static shape; 1 for a scalar. Throws RiffError('openvino_failed') while a dimension is dynamic. */
export function elementCount(port: Port): number {
  if (port.shape.every((dimension) => dimension >= 0)) {
    return port.shape.reduce((product, dimension) => product * dimension, 1);
  }
  throw new RiffError(
    'openvino_failed',
    `port "${port.name}": expected a static shape, got ${formatShape(port.shape)}; ` +
      'give its static shape to compile()',
  );
}

/** Index of a port by name or index. Throws RiffError('openvino_failed') naming the ports that exist. */
export function portIndex(ports: readonly Port[], kind: 'input' | 'output', port: string | number): number {
  const index = typeof port === 'number' ? port : ports.findIndex((candidate) => candidate.name === port);
  if (ports[index] !== undefined) return index;
  const existing = ports.map(({ name, shape }) => `"${name}" ${formatShape(shape)}`).join(', ');
  throw new RiffError(
    'openvino_failed',
    `${kind}: expected one of the model's (${existing || 'none'}), got ${JSON.stringify(port)}; name one of these`,
  );
}

/** The ports under the names that the model file gives them. */
export function renamed(ports: readonly Port[], named: readonly Port[]): Port[] {
  return ports.map((port, index) => ({ ...port, name: named[index]?.name ?? port.name }));
}

/** Throws RiffError('invalid_model') unless the file can be read. */
export async function assertReadable(xmlPath: string): Promise<void> {
  try {
    await access(xmlPath, constants.R_OK);
  } catch (error) {
    throw invalidModel(xmlPath, error);
  }
}

export function invalidModel(xmlPath: string, cause: unknown): RiffError {
  return new RiffError(
    'invalid_model',
    `${xmlPath}: expected an OpenVINO model that can be read, got: ${firstLines(messageOf(cause))}; ` +
      'check that the .xml and its .bin are both there and complete',
    { cause },
  );
}

/** `reason`: OpenVINO's message, or the error that holds it. */
export function openVinoFault(doing: string, reason: unknown): RiffError {
  const message = `OpenVINO could not ${doing}: ${firstLines(messageOf(reason))}.`;
  return new RiffError('openvino_failed', message, reason instanceof Error ? { cause: reason } : {});
}

/** One line without the C++ source lines that begin OpenVINO's messages. */
function firstLines(message: string): string {
  const lines = message
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Exception from|Check ').*:\d+:?$/.test(line));
  return (lines.length === 0 ? message.trim() : lines.join(' ')).replace(/\.+$/, '');
}

function formatShape(shape: Shape): string {
  return `[${shape.map((dimension) => (dimension < 0 ? '?' : dimension)).join(', ')}]`;
}
