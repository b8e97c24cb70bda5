import { readFile } from 'node:fs/promises';
import { RiffError } from '../../errors.ts';
import type { ElementType, ModelPorts, Port, Shape } from '../runtime.ts';
import type { AddonModel, AddonOutput } from './addon.ts';

const ELEMENT_TYPES: readonly ElementType[] = [
  ...(['f32', 'f64', 'f16', 'bf16', 'boolean'] as const),
  ...(['i8', 'i16', 'i32', 'i64', 'u8', 'u16', 'u32', 'u64'] as const),
];

/**
 * The addon tells no element type of an input, so that is read from the model file: each Parameter layer names its
 * type, and its port the names under which the addon knows it.
 */
export async function readModelPorts(model: AddonModel, xmlPath: string): Promise<ModelPorts> {
  const inputTypes = parseInputTypes(await readFile(xmlPath, 'utf8'));
  return {
    inputs: model.inputs.map((input, index) => {
      const name = nameOf(input) ?? `input${index}`;
      return { name, elementType: elementTypeOf(inputTypes.get(name), name), shape: shapeOf(input) };
    }),
    outputs: model.outputs.map((output, index) => {
      const name = nameOf(output) ?? `output${index}`;
      return {
        name,
        elementType: elementTypeOf(model.getOutputElementType(index), name),
        shape: shapeOf(output),
      };
    }),
  };
}

/** The same ports with the shapes that they have once compiled. */
export function withShapes(ports: readonly Port[], outputs: readonly AddonOutput[]): Port[] {
  return ports.map((port, index) => {
    const compiled = outputs[index];
    return compiled === undefined ? port : { ...port, shape: shapeOf(compiled) };
  });
}

/** Element type by tensor name, by layer name, and by place ("input0") for a port without a name. */
function parseInputTypes(xml: string): Map<string, string> {
  const types = new Map<string, string>();
  const layers = xml.matchAll(/<layer\b([^>]*\btype="Parameter"[^>]*)>([\s\S]*?)<\/layer>/g);
  for (const [index, [, attributes = '', body = '']] of [...layers].entries()) {
    const elementType = /\belement_type="([^"]*)"/.exec(body)?.[1];
    if (elementType === undefined) continue;
    const names = /<port\b[^>]*\bnames="([^"]*)"/.exec(body)?.[1]?.split(',') ?? [];
    const layerName = /\bname="([^"]*)"/.exec(attributes)?.[1];
    for (const name of [`input${index}`, ...(layerName === undefined ? [] : [layerName]), ...names]) {
      types.set(name, elementType);
    }
  }
  return types;
}

function elementTypeOf(text: string | undefined, name: string): ElementType {
  const elementType = ELEMENT_TYPES.find((candidate) => candidate === text);
  if (elementType !== undefined) return elementType;
  throw new RiffError(
    'invalid_model',
    `Expected port "${name}" to hold ${ELEMENT_TYPES.join(', ')}, but it is ${text ?? 'of unknown type'}; ` +
      'convert the model again with f32 or integers at its edges.',
  );
}

/** getAnyName throws for a port without names. */
function nameOf(output: AddonOutput): string | undefined {
  try {
    return output.getAnyName();
  } catch {
    return undefined;
  }
}

/** A port whose rank is unknown reads as [-1]: not static either. */
function shapeOf(output: AddonOutput): Shape {
  const partial = output.getPartialShape();
  if (partial.toString().includes('...')) return [-1];
  return partial.getDimensions().map((dimension) => {
    if (typeof dimension === 'number') return dimension < 0 ? -1 : dimension;
    return dimension[0] === dimension[1] ? dimension[0] : -1;
  });
}
