import { UserError } from '../../errors.ts';
import { chosenModel } from '../../model-library/chosen-model.ts';
import { formatBytes } from '../../model-library/disk-space.ts';
import { EMBEDDED_MODEL, removeModel } from '../../model-library/new-model.ts';
import { folderBytes } from '../../model-library/read-through.ts';
import { clearStamp } from '../../model-library/verification-stamp.ts';
import type { ModelContext } from './context.ts';
import { isChosen } from './list.ts';
import { installedFolder } from './verify.ts';

/** Deletes a model. Throws UserError for the embedded model, the one in use, and without consent. */
export async function removeOne(context: ModelContext, name: string, { yes = false } = {}): Promise<void> {
  if (name === EMBEDDED_MODEL) {
    throw new UserError(`remove: ${EMBEDDED_MODEL} is part of the project and cannot be removed`);
  }
  const folder = await installedFolder(context, name);
  if (isChosen(await chosenModel(context.envFile, context.env), folder)) {
    throw new UserError(
      `remove: ${name} is in use; choose another first, "npm run model -- use ${EMBEDDED_MODEL}" for example`,
    );
  }
  const agreed =
    yes || (await context.ask(`Remove models/${name} (${formatBytes(await folderBytes(folder))})?`));
  if (agreed === null) throw new UserError('remove: expected --yes when the terminal is not interactive');
  if (!agreed) throw new UserError(`remove: not agreed, ${name} stays`);
  await removeModel(context.modelsFolder, name);
  await clearStamp(folder);
  context.out(`models/${name} is removed`);
}
