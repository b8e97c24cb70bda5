import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { english } from '../../messages/wording.ts';
import { installedNames } from '../../model-library/installed-models.ts';
import { type Origin, readManifest, sealModel } from '../../model-library/manifest.ts';
import { EMBEDDED_MODEL } from '../../model-library/new-model.ts';
import type { TaskOptions } from '../../model-library/progress.ts';
import { clearStamp, stampVerified } from '../../model-library/verification-stamp.ts';
import { verifyModel } from '../../model-library/verify-model.ts';
import type { Runtime } from '../../openvino/runtime.ts';
import type { ModelContext } from './context.ts';

/** Verifies one model, or all; false if one of them is damaged. */
export async function verifyModels(context: ModelContext, name: string | undefined): Promise<boolean> {
  const folders = name === undefined ? await allFolders(context) : [await installedFolder(context, name)];
  const runtime = await context.openRuntime();
  try {
    let isWhole = true;
    for (const folder of folders) {
      isWhole = (await context.working((task) => verifyOne(context, runtime, folder, task))) && isWhole;
    }
    return isWhole;
  } finally {
    await runtime.dispose();
  }
}

/** The embedded model has the project's licence. */
const EMBEDDED_ORIGIN: Origin = {
  name: EMBEDDED_MODEL,
  source: { kind: 'trained', from: 'models/riff_training' },
  licence: { name: 'Apache-2.0' },
  madeBy: {},
};

/** Documents about the embedded model; they change without the model. */
const MODEL_CARD = /\.(md|png|wav)$/;

function unknownOrigin(name: string): Origin {
  return { name, source: { kind: 'unknown', from: name }, licence: null, madeBy: {} };
}

/** Writes the manifest of a model that has none. Throws UserError if it has one. */
export async function sealFolder(context: ModelContext, name: string): Promise<void> {
  const folder = await installedFolder(context, name);
  if (await readManifest(folder)) {
    throw new UserError(
      `verify: expected ${name} to have no manifest.json yet; remove that file to make a new one`,
    );
  }
  const runtime = await context.openRuntime();
  try {
    const isEmbedded = name === EMBEDDED_MODEL;
    const origin = isEmbedded ? EMBEDDED_ORIGIN : unknownOrigin(name);
    const isListed = (file: string) => !(isEmbedded && MODEL_CARD.test(file));
    await context.working((task) => sealModel(runtime, folder, origin, task, isListed));
    await stampVerified(folder, new Date());
    context.out(`${name}: manifest.json written`);
  } finally {
    await runtime.dispose();
  }
}

/** Throws UserError if models/ has no such model. */
export async function installedFolder(context: ModelContext, name: string): Promise<string> {
  const names = await installedNames(context.modelsFolder);
  if (names.includes(name)) return join(context.modelsFolder, name);
  throw new UserError(
    `model: expected one of ${names.join(', ') || '(none is here)'}, got ${JSON.stringify(name)}; ` +
      '"npm run model -- list" shows what is here',
  );
}

async function allFolders({ modelsFolder }: ModelContext): Promise<readonly string[]> {
  return (await installedNames(modelsFolder)).map((name) => join(modelsFolder, name));
}

async function verifyOne(
  context: ModelContext,
  runtime: Runtime,
  folder: string,
  task: TaskOptions,
): Promise<boolean> {
  const name = folder.slice(context.modelsFolder.length + 1);
  const { problems, hashed } = await verifyModel(runtime, folder, task);
  if (problems.length === 0) {
    if (hashed) await stampVerified(folder, new Date());
    context.out(`${name}: ${hashed ? 'whole' : 'readable; no manifest says what its files should be'}`);
    return true;
  }
  await clearStamp(folder);
  context.out(`${name}: ${english.counted(problems.length, 'problem')}`);
  for (const problem of problems) context.out(`  ${problem}`);
  return false;
}
