import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type IrWeights, type ModelPart, type PortReader, readIr } from './ir-file.ts';
import { invalidModel } from './json-file.ts';
import { inputsByRole, outputByRole } from './port-roles.ts';

/** Folder of the small decoder, beside the other parts. */
export const SMALL_DECODER = 'vae_decoder_small';

/** Throws RiffError('invalid_model') for a decoder of another number of latent channels. */
export async function readDecoder(
  runtime: PortReader,
  path: string,
  channels: number,
  part = 'vae_decoder',
): Promise<ModelPart & { readonly weights: IrWeights }> {
  const ir = await readIr(runtime, path, part);
  const { latents: input } = inputsByRole(ir, ['latents']);
  const found = input.shape[1] ?? -1;
  if (found >= 0 && found !== channels) {
    throw invalidModel(ir.xmlPath, `${channels} latent channels, as the U-Net has`, String(found));
  }
  return { xmlPath: ir.xmlPath, input, output: outputByRole(ir, 'picture'), weights: ir.weights };
}

/** Undefined if the folder has none. Throws as readDecoder does. */
export async function readSmallDecoder(
  runtime: PortReader,
  path: string,
  channels: number,
): Promise<ModelPart | undefined> {
  return (await isThere(path, SMALL_DECODER))
    ? readDecoder(runtime, path, channels, SMALL_DECODER)
    : undefined;
}

/** Undefined where the folder has none. */
export async function readVaeEncoder(runtime: PortReader, path: string): Promise<ModelPart | undefined> {
  if (!(await isThere(path, 'vae_encoder'))) return undefined;
  const ir = await readIr(runtime, path, 'vae_encoder');
  const { picture } = inputsByRole(ir, ['picture']);
  return { xmlPath: ir.xmlPath, input: picture, output: outputByRole(ir, 'latents') };
}

async function isThere(path: string, part: string): Promise<boolean> {
  return stat(join(path, part)).then(Boolean, () => false);
}
