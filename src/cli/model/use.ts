import { join } from 'node:path';
import { RiffError } from '../../errors.ts';
import { chooseModel, modelInFile } from '../../model-library/chosen-model.ts';
import { locateModel } from '../../model-library/locate-model.ts';
import { readManifest } from '../../model-library/manifest.ts';
import { wrongSizes } from '../../model-library/verify-model.ts';
import type { ModelContext } from './context.ts';

/**
 * Writes MODEL into .env, where the bot and the command line read it.
 * Throws UserError for an unknown model, RiffError('invalid_model') for one with missing or shortened files.
 */
export async function useModel(context: ModelContext, nameOrPath: string): Promise<void> {
  const { folder } = locateModel(nameOrPath, context.base, context.modelsFolder);
  const manifest = await readManifest(folder);
  const [problem] = manifest ? await wrongSizes(folder, manifest) : [];
  if (problem !== undefined) {
    throw new RiffError('invalid_model', `${folder}: ${problem}; add the model again.`);
  }
  const isInLibrary = folder === join(context.modelsFolder, nameOrPath);
  const choice = isInLibrary ? nameOrPath : folder;
  const before = await modelInFile(context.envFile);
  await chooseModel(context.envFile, choice);
  context.out(`MODEL=${choice} is written into ${context.envFile}; it applies from the next start.`);
  const { MODEL } = context.env;
  // Loading .env has copied its own MODEL into the environment, too.
  if (MODEL !== undefined && MODEL !== choice && MODEL !== before) {
    context.note(`The environment has MODEL=${MODEL}, which overrides .env: unset it.`);
  }
}
