import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Graphs small enough to be written by hand: IR without any weights needs no .bin. */
interface Layer {
  readonly name: string;
  readonly type: 'Parameter' | 'Add' | 'Convert' | 'MatMul' | 'Result';
  /** Attributes of <data>. */
  readonly data?: string;
  readonly from?: readonly string[];
  readonly precision: 'FP32' | 'FP16' | 'I64';
  readonly dimensions: readonly number[];
}

/** out_sample = sample + sample + timestep, with sample f32 [?,4] and timestep i64 of one element. */
export function stepModel(timestepShape: readonly number[]): string {
  return modelXml([
    parameter('sample', 'f32', [-1, 4]),
    parameter('timestep', 'i64', timestepShape),
    layer('twice', 'Add', ['sample', 'sample'], [-1, 4], 'auto_broadcast="numpy"'),
    layer('as_float', 'Convert', ['timestep'], timestepShape, 'destination_type="f32"'),
    layer('out_sample', 'Add', ['twice', 'as_float'], [-1, 4], 'auto_broadcast="numpy"'),
    layer('result', 'Result', ['out_sample'], [-1, 4]),
  ]);
}

export const STEP_MODEL = stepModel([1]);

/** Compiling drops the conversion that converts nothing, and its input then answers to "0" and "sample". */
export const MERGED_NAMES_MODEL = modelXml([
  parameter('sample', 'f32', [1, 4]),
  layer('0', 'Convert', ['sample'], [1, 4], 'destination_type="f32"'),
  layer('out_sample', 'Add', ['0', '0'], [1, 4], 'auto_broadcast="numpy"'),
  layer('result', 'Result', ['out_sample'], [1, 4]),
]);

/** y = x + x, and nothing in it has a tensor name. */
export const NAMELESS_MODEL = modelXml([
  parameter('x', 'f32', [1, 4]),
  layer('y', 'Add', ['x', 'x'], [1, 4], 'auto_broadcast="numpy"'),
  layer('result', 'Result', ['y'], [1, 4]),
]).replaceAll(/ names="[^"]*"/g, '');

export const HALF_PRECISION_MODEL = modelXml([
  parameter('sample', 'f16', [4]),
  { ...layer('out_sample', 'Add', ['sample', 'sample'], [4], 'auto_broadcast="numpy"'), precision: 'FP16' },
  { ...layer('result', 'Result', ['out_sample'], [4]), precision: 'FP16' },
]);

/** y = x^(2^squarings), with x f32 [?,?]; long enough to be cancelled, and the identity stays the identity. */
export function powerModel(squarings: number): string {
  const square = (index: number) =>
    layer(
      index === squarings ? 'y' : `square${index}`,
      'MatMul',
      [index === 1 ? 'x' : `square${index - 1}`, index === 1 ? 'x' : `square${index - 1}`],
      [-1, -1],
      'transpose_a="false" transpose_b="false"',
    );
  return modelXml([
    parameter('x', 'f32', [-1, -1]),
    ...Array.from({ length: squarings }, (_, index) => square(index + 1)),
    layer('result', 'Result', ['y'], [-1, -1]),
  ]);
}

/** Gives the path of a file with these contents, in a folder that is removed after the work. */
export async function withModelFile<T>(xml: string, work: (xmlPath: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'riff-openvino-'));
  try {
    const path = join(folder, 'model.xml');
    await writeFile(path, xml);
    return await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function parameter(name: string, elementType: 'f32' | 'f16' | 'i64', dimensions: readonly number[]): Layer {
  const shape = dimensions.map((dimension) => (dimension < 0 ? '?' : dimension)).join(',');
  const precision = ({ f32: 'FP32', f16: 'FP16', i64: 'I64' } as const)[elementType];
  const data = `shape="${shape}" element_type="${elementType}"`;
  return { name, type: 'Parameter', data, precision, dimensions };
}

function layer(
  name: string,
  type: Layer['type'],
  from: readonly string[],
  dimensions: readonly number[],
  data?: string,
): Layer {
  return { name, type, from, dimensions, precision: 'FP32', ...(data === undefined ? {} : { data }) };
}

function modelXml(layers: readonly Layer[]): string {
  const idOf = (name: string) => layers.findIndex((candidate) => candidate.name === name);
  const edges = layers.flatMap(({ from = [] }, id) =>
    from.map((source, port) => {
      const sourcePort = layers[idOf(source)]?.from?.length ?? 0;
      return `<edge from-layer="${idOf(source)}" from-port="${sourcePort}" to-layer="${id}" to-port="${port}"/>`;
    }),
  );
  return [
    '<?xml version="1.0"?><net name="tiny" version="11"><layers>',
    ...layers.map((each, id) => layerXml(each, id, layers)),
    '</layers><edges>',
    ...edges,
    '</edges></net>',
  ].join('\n');
}

function layerXml(layer: Layer, id: number, layers: readonly Layer[]): string {
  const { name, type, data, from = [], precision, dimensions } = layer;
  const inputs = from.map((source, port) => {
    const found = layers.find((candidate) => candidate.name === source);
    return portXml(port, found?.precision ?? precision, found?.dimensions ?? dimensions);
  });
  const output = type === 'Result' ? '' : portXml(from.length, precision, dimensions, name);
  return [
    `<layer id="${id}" name="${name}" type="${type}" version="opset1">`,
    data === undefined ? '' : `<data ${data}/>`,
    inputs.length === 0 ? '' : `<input>${inputs.join('')}</input>`,
    output === '' ? '' : `<output>${output}</output>`,
    '</layer>',
  ].join('');
}

function portXml(id: number, precision: string, dimensions: readonly number[], name?: string): string {
  const names = name === undefined ? '' : ` names="${name}"`;
  const dims = dimensions.map((dimension) => `<dim>${dimension}</dim>`).join('');
  return `<port id="${id}" precision="${precision}"${names}>${dims}</port>`;
}
