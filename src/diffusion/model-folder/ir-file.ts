import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { messageOf, RiffError } from '../../errors.ts';
import type { ModelPorts, Port, Runtime } from '../../openvino/runtime.ts';
import { invalidModel, readText, whyUnreadable } from './json-file.ts';

/** What reading a folder takes of OpenVINO. */
export type PortReader = Pick<Runtime, 'readPorts'>;

/** A part of the model with one input and one output. */
export interface ModelPart {
  readonly xmlPath: string;
  readonly input: Port;
  readonly output: Port;
}

export interface IrFile {
  readonly xmlPath: string;
  readonly ports: ModelPorts;
  readonly weights: IrWeights;
}

/** Bytes of the constants, and how many of them are of 16-bit floats: those may take twice as much when compiled. */
export interface IrWeights {
  readonly bytes: number;
  readonly halfBytes: number;
}

/**
 * The OpenVINO IR of one part ("unet"), checked before a device compiles it.
 * Throws RiffError('invalid_model') when either file is missing, cut short or something else.
 */
export async function readIr(runtime: PortReader, folder: string, part: string): Promise<IrFile> {
  const xmlPath = join(folder, part, 'openvino_model.xml');
  const binPath = join(folder, part, 'openvino_model.bin');
  const { end, ...weights } = readWeights(await readXml(xmlPath));
  const found = await sizeOf(binPath);
  if (found < end) {
    throw invalidModel(binPath, `at least ${end} bytes of weights`, `${found}: it is cut short`);
  }
  try {
    return { xmlPath, ports: await runtime.readPorts(xmlPath), weights };
  } catch (error) {
    if (error instanceof RiffError) throw error;
    throw invalidModel(xmlPath, 'a model that OpenVINO reads', messageOf(error));
  }
}

async function readXml(path: string): Promise<string> {
  const text = await readText(dirname(path), basename(path), 'an OpenVINO IR');
  if (!/^\s*(<\?xml[^>]*\?>)?\s*<net\b/.test(text)) {
    throw invalidModel(path, 'an OpenVINO IR that starts with <net>', JSON.stringify(text.slice(0, 40)));
  }
  if (!text.trimEnd().endsWith('</net>')) {
    throw invalidModel(path, 'an OpenVINO IR that ends with </net>', `${text.length} characters, cut short`);
  }
  return text;
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('it is not an ordinary file');
    return found.size;
  } catch (error) {
    throw invalidModel(path, 'the weights of the IR', whyUnreadable(error));
  }
}

/** `end`: where the last constant ends in the .bin. Constants that share their bytes count once. */
function readWeights(xml: string): IrWeights & { readonly end: number } {
  const sizes = new Map<string, { readonly size: number; readonly isHalf: boolean }>();
  let end = 0;
  for (const [attributes] of xml.matchAll(/<data\b[^>]*?\boffset="\d+"[^>]*/g)) {
    const [, offset = ''] = /\boffset="(\d+)"/.exec(attributes) ?? [];
    const size = Number(/\bsize="(\d+)"/.exec(attributes)?.[1]);
    end = Math.max(end, Number(offset) + size);
    sizes.set(offset, { size, isHalf: /\belement_type="b?f16"/.test(attributes) });
  }
  const all = [...sizes.values()];
  const sum = (parts: typeof all): number => parts.reduce((total, { size }) => total + size, 0);
  return { end, bytes: sum(all), halfBytes: sum(all.filter(({ isHalf }) => isHalf)) };
}
