import { readFile } from 'node:fs/promises';
import { RiffError } from '../../errors.ts';
import type { ElementType, ModelPorts, Port, Shape } from '../runtime.ts';
import type { AddonModel, AddonOutput } from './addon.ts';
import { type FilePort, readFilePorts } from './file-ports.ts';

const ELEMENT_TYPES: readonly ElementType[] = [
  ...(['f32', 'f64', 'f16', 'bf16', 'boolean'] as const),
  ...(['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'] as const),
];

export interface NamedPorts extends ModelPorts {
  /** Whether the file names every port. */
  readonly allNamed: boolean;
}

/**
 * The addon does not report an input's element type, so it is read from the model file. The file also says whether a port
 * has a name: for one without, the addon would invent a name or crash.
 */
export async function readModelPorts(model: AddonModel, xmlPath: string): Promise<NamedPorts> {
  const file = readFilePorts(await readFile(xmlPath, 'utf8'));
  return {
    allNamed: [...file.inputs, ...file.outputs].every(({ names }) => names.length > 0),
    inputs: model.inputs.map((input, index) => {
      const name = nameOf(input, file.inputs[index]) ?? `input${index}`;
      return {
        name,
        elementType: elementTypeOf(file.inputs[index]?.elementType, name),
        shape: shapeOf(input),
      };
    }),
    outputs: model.outputs.map((output, index) => {
      const name = nameOf(output, file.outputs[index]) ?? `output${index}`;
      return {
        name,
        elementType: elementTypeOf(model.getOutputElementType(index), name),
        shape: shapeOf(output),
      };
    }),
  };
}

/** The same ports with their shapes after compiling. */
export function withShapes(ports: readonly Port[], outputs: readonly AddonOutput[]): Port[] {
  return ports.map((port, index) => {
    const compiled = outputs[index];
    return compiled === undefined ? port : { ...port, shape: shapeOf(compiled) };
  });
}

function elementTypeOf(text: string | undefined, name: string): ElementType {
  const elementType = ELEMENT_TYPES.find((candidate) => candidate === text);
  if (elementType !== undefined) return elementType;
  throw new RiffError(
    'invalid_model',
    `port "${name}": expected ${ELEMENT_TYPES.join(', ')}, got ${text ?? 'an unknown type'}; ` +
      'convert the model again with f32 or integers at its edges',
  );
}

function nameOf(output: AddonOutput, inFile: FilePort | undefined): string | undefined {
  return inFile === undefined || inFile.names.length === 0 ? undefined : output.getAnyName();
}

/** [-1] if the rank is unknown. */
function shapeOf(output: AddonOutput): Shape {
  const partial = output.getPartialShape();
  if (partial.toString().includes('...')) return [-1];
  return partial.getDimensions().map((dimension) => {
    if (typeof dimension === 'number') return dimension < 0 ? -1 : dimension;
    return dimension[0] === dimension[1] ? dimension[0] : -1;
  });
}
