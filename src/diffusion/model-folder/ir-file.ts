import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, RiffError } from '../../errors.ts';
import type { ModelPorts, Runtime } from '../../openvino/runtime.ts';
import { invalidModel, whyUnreadable } from './json-file.ts';

export interface IrFile {
  readonly xmlPath: string;
  readonly ports: ModelPorts;
}

/**
 * The OpenVINO IR of one part ("unet"), looked at before any device sees it.
 * Throws RiffError('invalid_model') when either file is missing, cut short or something else.
 */
export async function readIr(runtime: Runtime, folder: string, part: string): Promise<IrFile> {
  const xmlPath = join(folder, part, 'openvino_model.xml');
  const binPath = join(folder, part, 'openvino_model.bin');
  const weightBytes = weightsEnd(await readXml(xmlPath));
  const found = await sizeOf(binPath);
  if (found < weightBytes) {
    throw invalidModel(binPath, `at least ${weightBytes} bytes of weights`, `${found}: it is cut short`);
  }
  try {
    return { xmlPath, ports: await runtime.readPorts(xmlPath) };
  } catch (error) {
    if (error instanceof RiffError && error.code !== 'invalid_model') throw error;
    throw invalidModel(xmlPath, 'a model that OpenVINO reads', messageOf(error));
  }
}

async function readXml(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw invalidModel(path, 'an OpenVINO IR', whyUnreadable(error));
  }
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
    return (await stat(path)).size;
  } catch (error) {
    throw invalidModel(path, 'the weights of the IR', whyUnreadable(error));
  }
}

/** Where the last constant ends in the .bin. */
function weightsEnd(xml: string): number {
  let end = 0;
  for (const [, offset, size] of xml.matchAll(/\boffset="(\d+)"[^>]*?\bsize="(\d+)"/g)) {
    end = Math.max(end, Number(offset) + Number(size));
  }
  return end;
}
